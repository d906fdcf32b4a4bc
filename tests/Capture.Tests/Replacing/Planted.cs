using KoopmanMesh.Capture.Replacing.Planning;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Components;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Capture.Tests.Replacing;

/// <summary>Chains, stand-ins and scores made up for a test.</summary>
internal static class Planted
{
    /// <summary>The operations of a made-up network: 100 a component.</summary>
    public const long OperationsOfAComponent = 100;

    /// <summary>A chain of dense layers with ReLU, dense_1 to dense_n.</summary>
    public static ComponentChain Chain(params int[] widths)
    {
        var layers = widths.Zip(widths.Skip(1), (n, p) =>
        {
            var weights = new Matrix(p, n);
            weights.AsSpan().Fill(0.5);
            return new DenseLayer(weights, new double[p], DenseActivation.Relu);
        });
        var model = NetworkModel.Load(OnnxExport.Dense([.. layers], "planted"), "planted.onnx");
        return ComponentFinder.Find(model);
    }

    public static Region Region(ComponentChain chain, int first, int last) =>
        new([.. chain.Components.Skip(first).Take(last - first + 1)]);

    /// <summary>A stand-in that spares a share of its region's operations.</summary>
    public static StandInOffer Offer(
        Region region, string lift, double spared, double error = 0.1, int rank = 0) => new(
        region, lift, rank, rank == 0 ? 4 : rank, 4, error,
        (long)(spared * OperationsOfAComponent * region.Components.Count), "", []);

    public static Evaluation Scored(HybridPlan plan, double score, long operations, long parameters = 0) =>
        new(plan, score, operations, parameters);
}
