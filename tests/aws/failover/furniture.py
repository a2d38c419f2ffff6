"""What a failover moves and asks, made in the embedded cloud without Terraform: all but the controllers."""

from collections.abc import Sequence

from tests.aws.failover.world import (
    CLUSTER,
    DATABASE,
    FLEET,
    FULL_FLEET,
    FULL_POOL,
    ILL,
    POOL,
    STALE,
    SUCCESSION,
    TABLE,
    World,
)


def furnish(world: World, regions: Sequence[str] = SUCCESSION) -> None:
    """Make people, machines and alarms in each region, and a table and a database that are in all of them."""
    for region in regions:
        _people(world, region)
        _machines(world, region)
        _alarms(world, region)
    _table(world, regions)
    _database(world, regions)


def _people(world: World, region: str) -> None:
    queue = world.client("sqs", region)
    url = queue.create_queue(QueueName="people")["QueueUrl"]
    arn = queue.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topics = world.client("sns", region)
    topic = topics.create_topic(Name="people")["TopicArn"]
    topics.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)


def _machines(world: World, region: str) -> None:
    machines = world.client("ec2", region)
    subnets = [subnet["SubnetId"] for subnet in machines.describe_subnets()["Subnets"]]
    clusters = world.client("eks", region)
    network = {"subnetIds": subnets}
    clusters.create_cluster(
        name=CLUSTER, roleArn=f"arn:aws:iam::{world.account}:role/cluster", resourcesVpcConfig=network
    )
    clusters.create_nodegroup(
        clusterName=CLUSTER,
        nodegroupName=POOL,
        subnets=subnets,
        nodeRole=f"arn:aws:iam::{world.account}:role/nodes",
        scalingConfig={"minSize": 1, "desiredSize": 1, "maxSize": FULL_POOL},
    )
    image = machines.describe_images()["Images"][0]["ImageId"]
    machines.create_launch_template(
        LaunchTemplateName=FLEET, LaunchTemplateData={"ImageId": image, "InstanceType": "t3.micro"}
    )
    world.client("autoscaling", region).create_auto_scaling_group(
        AutoScalingGroupName=FLEET,
        LaunchTemplate={"LaunchTemplateName": FLEET},
        MinSize=1,
        MaxSize=FULL_FLEET,
        DesiredCapacity=1,
        VPCZoneIdentifier=subnets[0],
    )


def _alarms(world: World, region: str) -> None:
    for name in (ILL, STALE):
        world.client("cloudwatch", region).put_metric_alarm(
            AlarmName=name,
            Namespace="test",
            MetricName=name,
            Statistic="Maximum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
        )
        world.ring(region, name, "OK")


def _table(world: World, regions: Sequence[str]) -> None:
    home = world.client("dynamodb", regions[0])
    home.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    for region in regions[1:]:
        home.update_table(TableName=TABLE, ReplicaUpdates=[{"Create": {"RegionName": region}}])


def _database(world: World, regions: Sequence[str]) -> None:
    login = {"MasterUsername": "dba", "MasterUserPassword": "only-for-tests"}
    engine = {"Engine": "aurora-postgresql", "GlobalClusterIdentifier": DATABASE}
    world.client("rds", regions[0]).create_global_cluster(**engine)
    for region in regions:
        world.client("rds", region).create_db_cluster(
            DBClusterIdentifier=DATABASE, **engine, **(login if region == regions[0] else {})
        )
