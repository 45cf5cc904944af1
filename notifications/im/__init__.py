"""IM groups: an organization's chat group is told what happens in it, by a robot (spec pages 2.4 and 4.6)."""
