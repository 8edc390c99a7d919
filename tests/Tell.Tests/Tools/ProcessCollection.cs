namespace Tell.Tests.Tools;

/// <summary>The classes that start processes run one after the other, and after everything else: they want the machine for themselves.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessCollection
{
    /// <summary>The name that those classes give in their Collection attribute.</summary>
    public const string Name = "processes";
}
