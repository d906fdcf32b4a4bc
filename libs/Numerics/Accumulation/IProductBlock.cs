using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>A block that sums products of its pairs.</summary>
internal interface IProductBlock : ISummaryBlock
{
    /// <summary>Those of the joint pairs [x; u; y], w × w, both triangles. Memory of a few times that.</summary>
    Matrix Products(ILinearAlgebra la);
}
