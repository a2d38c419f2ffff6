"""The name that clients use, leading to the regions' own names."""

from collections.abc import Sequence
from typing import Any

from cdktf_cdktf_provider_aws.route53_record import (
    Route53Record,
    Route53RecordAlias,
    Route53RecordFailoverRoutingPolicy,
    Route53RecordLatencyRoutingPolicy,
    Route53RecordWeightedRoutingPolicy,
)
from constructs import Construct

from backstay.aws.accelerator import Accelerator
from backstay.aws.health_check import HealthCheck
from backstay.aws.zone import zone_id
from backstay.topology import Names, ServiceSpec
from backstay.topology.routes import Nearest, Rank, Record, Routes, ToAccelerator, ToGroup, ToRegion, Weight


class Routing(Construct):
    """Lead clients to a region that is well, without anybody or any API having to act when one is not.

    Records lead to the regions' own names, which each region publishes itself, so that nothing of a region is read to
    write or to change them. Each has a health check: a record with weight 0 stands in only when all others have one
    that fails. They are plain names with a TTL of their own. Where the clients' name has to hold addresses, because it
    is the zone's own or an accelerator stands in front, they are aliases, whose answers are kept for as long as those
    of the load balancer, 60 s. An alias takes its target's health from other records of this construct only, and never
    from a load balancer, which is ill to Route 53 as soon as one of its target groups is empty.

    Survives: the loss of every region but one. When all seem lost, answers are as if all were well.
    Does not survive: the loss of Route 53's name servers. Changes wait while us-east-1, where its API is, is lost.

    Attributes:
        health: the health of each region, by role.
        published: the names of regions that do not publish their own, by role.
        accelerator: what stands in front of DNS, if anything does.
        records: by the name that they share, and then by their id.
    """

    def __init__(self, scope: Construct, id_: str, *, routes: Routes, service: ServiceSpec, names: Names) -> None:
        """Make the records.

        Args:
            scope: what they are part of.
            id_: their id there.
            routes: what the records say.
            service: the clients' name, its zone, and how health is asked for.
            names: the environment's names.
        """
        super().__init__(scope, id_)
        self._service, self._routes = service, routes
        self._zone = zone_id(self, service.zone)
        self.health = {role: self._health_of(role, names) for role in routes.entrances}
        self.published = {
            role: self._published(role, entrance.host, entrance.target, "A" if entrance.is_address else "CNAME")
            for role, entrance in routes.entrances.items()
            if entrance.target is not None
        }
        self.accelerator = self._accelerator_of(names) if service.routing.accelerator else None
        self.records: dict[str, dict[str, Route53Record]] = {}
        # An alias can be written only when there is what it leads to, so inner groups come first.
        for name in reversed([*routes.groups]):
            self.records[name] = self._group(name, routes.groups[name])

    def _health_of(self, role: str, names: Names) -> HealthCheck:
        peers = {peer: entrance for peer, entrance in self._routes.entrances.items() if peer != role}
        return HealthCheck(
            self,
            f"health-{role}",
            role=role,
            host=self._routes.entrances[role].host,
            health_check=self._service.health_check,
            routing=self._service.routing,
            switches={peer: entrance.host for peer, entrance in peers.items() if entrance.has_switches},
            names=names,
        )

    def _published(self, role: str, host: str, target: str, type_: str) -> Route53Record:
        record = Route53Record(
            self,
            f"entrance-{role}",
            zone_id=self._zone,
            name=host,
            type=type_,
            records=[target],
            ttl=self._service.ttl.seconds,
        )
        if type_ == "A":
            record.add_override(
                "//.checkov", {"CKV2_AWS_23": "the address belongs to an entrance that somebody else keeps"}
            )
        return record

    def _accelerator_of(self, names: Names) -> Accelerator:
        accelerator = self._service.routing.accelerator
        return Accelerator(
            self,
            "accelerator",
            host=self._service.host,
            endpoints=accelerator.endpoints if accelerator else {},
            serving=[role for role, entrance in self._routes.entrances.items() if entrance.serves],
            health_check=self._service.health_check,
            routing=self._service.routing,
            names=names,
        )

    def _group(self, name: str, records: Sequence[Record]) -> dict[str, Route53Record]:
        group = Construct(self, name.removesuffix(self._service.host).rstrip(".") or "clients")
        return {record.id: self._record(group, name, record) for record in records}

    def _record(self, group: Construct, name: str, record: Record) -> Route53Record:
        return Route53Record(
            group,
            record.id,
            zone_id=self._zone,
            name=name,
            type="A" if self._service.holds_addresses else "CNAME",
            set_identifier=record.id,
            **_chosen(record.chosen),
            **self._leading(record.leads),
        )

    def _leading(self, leads: ToRegion | ToGroup | ToAccelerator) -> dict[str, Any]:
        match leads:
            case ToRegion(role):
                host, health = self._routes.entrances[role].host, self.health[role].id
                if not self._service.holds_addresses:
                    return {"records": [host], "ttl": self._service.ttl.seconds, "health_check_id": health}
                first = [self.published[role]] if role in self.published else None
                return {"alias": self._alias(host), "health_check_id": health, "depends_on": first}
            case ToGroup(name):
                alias = self._alias(name, evaluate_target_health=True)
                return {"alias": alias, "depends_on": [*self.records[name].values()]}
            case ToAccelerator():
                if self.accelerator is None:
                    raise ValueError("routes lead to an accelerator and the service has none; give it one, or neither")
                front = self.accelerator.accelerator
                alias = Route53RecordAlias(
                    name=front.dns_name, zone_id=front.hosted_zone_id, evaluate_target_health=False
                )
                return {"alias": alias, "health_check_id": self.accelerator.health.id}

    def _alias(self, host: str, *, evaluate_target_health: bool = False) -> Route53RecordAlias:
        return Route53RecordAlias(name=host, zone_id=self._zone, evaluate_target_health=evaluate_target_health)


def _chosen(chosen: Weight | Rank | Nearest) -> dict[str, Any]:
    match chosen:
        case Weight(weight):
            return {"weighted_routing_policy": Route53RecordWeightedRoutingPolicy(weight=weight)}
        case Rank(rank):
            return {"failover_routing_policy": Route53RecordFailoverRoutingPolicy(type=rank)}
        case Nearest(region):
            return {"latency_routing_policy": Route53RecordLatencyRoutingPolicy(region=region)}
