"""How machines name the reservation that they start in."""

# The label of a reservation by which one is chosen:
# https://docs.cloud.google.com/compute/docs/instances/reservations-consume#consuming_instances_from_a_specific_reservation
RESERVATION_NAME = "compute.googleapis.com/reservation-name"
