"""A simulation of Microsoft Entra's provisioning service. It knows Envoy by HTTP only."""
