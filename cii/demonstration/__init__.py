"""What `manage.py demo` builds: the history as the documents have it, and invented work for today."""
