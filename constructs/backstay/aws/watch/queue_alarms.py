"""What shows that messages wait for nobody."""

from collections.abc import Sequence

from backstay.aws.watch.alarm import Condition, Metric
from backstay.topology import Duration

_NAMESPACE = "AWS/SQS"


def conditions(queue: str, *, dead_letters: str, patience: Duration) -> Sequence[Condition]:
    """When messages are not taken, or could not be worked on.

    Args:
        queue: the queue's name.
        dead_letters: the name of the queue for what could not be worked on.
        patience: how long a message may wait.
    """
    return (
        Condition(
            purpose="queue-waiting",
            says=f"a message has waited for more than {patience}: nobody takes them, or too few do",
            metrics={"age": Metric(_NAMESPACE, "ApproximateAgeOfOldestMessage", {"QueueName": queue}, "Maximum")},
            comparison=">",
            threshold=patience.seconds,
        ),
        Condition(
            purpose="queue-dead-letters",
            says="a message could not be worked on, however often it was tried",
            metrics={
                "letters": Metric(
                    _NAMESPACE, "ApproximateNumberOfMessagesVisible", {"QueueName": dead_letters}, "Maximum"
                )
            },
            comparison=">",
            threshold=0,
            seconds=300,
            periods=1,
        ),
    )
