"""The REST API of surveys: free times, booking, moving, cancelling."""
