"""Routing controls of the Application Recovery Controller: configured in one place, switched in five."""

from backstay.sandbox.stand_ins.routing_controls import configuration, switching

SERVICES = (configuration.SERVICE, switching.SERVICE)
