"""The web service: `create_app(settings)` in `app.application`, `python -m app` from a shell."""
