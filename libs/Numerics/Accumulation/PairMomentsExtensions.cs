using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>Moments in other coordinates.</summary>
public static class PairMomentsExtensions
{
    /// <summary>The moments of [U'x; y] for an n × r <paramref name="u"/>; y is left as it is.</summary>
    public static PairMoments Project(this PairMoments moments, Matrix u, ILinearAlgebra algebra)
    {
        ArgumentNullException.ThrowIfNull(moments);
        var projection = new BeforeProjection(u, moments.BeforeWidth, moments.AfterWidth, algebra);
        return new PairMoments(
            projection.Rank, moments.AfterWidth, moments.Count, projection.Vector(moments.Mean), projection.Scatter(
                moments.Scatter));
    }
}
