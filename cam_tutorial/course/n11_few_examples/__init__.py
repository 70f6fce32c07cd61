"""The room of notebook 11: few pictures of five newcomers, what they are measured on, exercises, figures."""
