namespace Tell.Tests.Tools;

/// <summary>The classes that measure the memory of this process run alone: what others allocate meanwhile would count.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MemoryCollection
{
    /// <summary>The name that those classes give in their Collection attribute.</summary>
    public const string Name = "memory";
}
