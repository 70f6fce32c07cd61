"""What the exercises of notebook 17 share: a way to write their known mistakes down as a list."""


def list_mistakes(exercise, *mistakes):
    """Add mistakes to an exercise: (name, what it does, sentence), and perhaps the type of error that it raises."""
    for name, version, sentence, *raises in mistakes:
        version.__name__ = name
        exercise.mistake(sentence, raises=raises[0] if raises else None)(version)
