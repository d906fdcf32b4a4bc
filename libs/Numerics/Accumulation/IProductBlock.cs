using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>A block that sums products of its pairs.</summary>
internal interface IProductBlock : ISummaryBlock
{
    /// <summary>Those of the joint pairs [x; u; y], w × w, both triangles. Memory of a few times that.</summary>
    Matrix Products(ILinearAlgebra la);

    /// <summary>Those of pairs without inputs, as far as a fit by products asks for them.</summary>
    ISecondMoments Moments(long count, ILinearAlgebra la);
}
