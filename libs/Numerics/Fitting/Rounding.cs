namespace KoopmanMesh.Numerics.Fitting;

/// <summary>What one operation on doubles may lose.</summary>
internal static class Rounding
{
    /// <summary>eps = 2^-52, from 1 to the next double.</summary>
    public const double Unit = 2.220446049250313e-16;
}
