"""Durations as Azure's resources write them."""

from backstay.topology import Duration


def iso8601(duration: Duration, *, least: Duration, most: Duration) -> str:
    """A duration in whole minutes, rounded up and kept within bounds, in the form in which Azure gives it back."""
    seconds = min(max(duration, least), most).seconds
    hours, minutes = divmod(-(-seconds // 60), 60)
    return "PT" + (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes or not hours else "")
