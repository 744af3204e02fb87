"""The screens of the desks, the only place that imports Textual."""
