namespace KoopmanMesh.Compat.Tests.BadInput;

/// <summary>Tests that watch the process' memory, and so don't run beside others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
