using KoopmanMesh.Networks.Components;
using KoopmanMesh.Networks.Surgery;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.StandIns;

namespace KoopmanMesh.Networks.Tests.Surgery;

/// <summary>Stand-ins for tests, and the shortest way to put them into a network.</summary>
internal static class StandIns
{
    public static ILinearAlgebra Algebra { get; } = LinearAlgebraProvider.Detect(null);

    /// <summary>x ↦ W x + b.</summary>
    public static StandIn Affine(Matrix weights, ReadOnlySpan<double> bias) =>
        new(Dictionary.Identity(weights.Columns), weights.Transpose(), Matrix.Identity(weights.Rows), bias);

    /// <summary>Coefficients L R' of the given rank, drawn so that y is about 1 where psi is.</summary>
    public static StandIn Random(Dictionary observables, int outputs, int rank, int seed) => new(
        observables,
        Normal(observables.Count, rank, 1 / Math.Sqrt(observables.Count), seed),
        Normal(outputs, rank, 1 / Math.Sqrt(Math.Max(1, rank)), seed + 1),
        Normal(outputs, 1, 1, seed + 2).AsSpan());

    public static Matrix Normal(int rows, int columns, double scale, int seed) => new(
        rows, columns, [.. TestRows.Normal(rows * columns, seed).Select(value => scale * value)]);

    public static NetworkModel Replace(NetworkModel model, Component component, StandIn standIn) =>
        HybridSurgery.Replace(
            model, component.InputTensor, component.OutputTensor, standIn, new HybridOptions { Name = component.Name },
            Algebra);
}
