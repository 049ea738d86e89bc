"""The control core: reads and commands every controller of a plant, in one asyncio process of its own."""
