namespace KoopmanMesh.Credit.Scoring;

/// <summary>A run's seed is 64 bits wide; generators take 31.</summary>
internal static class Seeds
{
    /// <summary>The low 31 bits of both halves, folded into one.</summary>
    public static int Fold(ulong seed) => (int)((seed ^ (seed >> 32)) & int.MaxValue);
}
