"""The measurements behind `make bench`; docs/PERFORMANCE.md says what each one means."""
