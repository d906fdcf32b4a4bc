namespace KoopmanMesh.Networks.Surgery;

/// <summary>New values for one initializer of a network's file.</summary>
/// <param name="Name">The initializer's.</param>
/// <param name="Shape">Its extents, the last varies fastest; none is a scalar.</param>
/// <param name="Values">Row-major, as many as the shape says; finite.</param>
public sealed record Weight(string Name, IReadOnlyList<long> Shape, ReadOnlyMemory<float> Values);
