"""How staff read dates: a weekday with each, and a 24-hour clock."""

DATE_FORMAT = "D j M Y"
DATETIME_FORMAT = "D j M Y, H:i"
SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M, H:i"
TIME_FORMAT = "H:i"
