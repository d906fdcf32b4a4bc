namespace KoopmanMesh.Compat.Tests.Hosting;

/// <summary>
/// Tests that watch the whole process, and so don't run beside others. All of them are in this one collection: of two
/// whose names differ in case only, xunit knows one and runs the other's tests like any.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
