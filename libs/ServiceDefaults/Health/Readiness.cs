namespace KoopmanMesh.ServiceDefaults.Health;

/// <summary>What a probe is told.</summary>
/// <param name="IsGood">Whether the answer is yes.</param>
/// <param name="Status">In one word.</param>
/// <param name="Failing">The checks that fail.</param>
internal sealed record Readiness(bool IsGood, string Status, IReadOnlyList<FailingCheck> Failing);

/// <summary>A check that fails.</summary>
/// <param name="Name">Which.</param>
/// <param name="Problem">What is wrong, in one sentence.</param>
internal sealed record FailingCheck(string Name, string Problem);
