using System.Numerics.Tensors;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Components;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Networks.Surgery;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Capture.Capturing;

/// <summary>
/// The other reading of a step (methods P0.3, InnerLayers): the layer index is the step, the states are the activations
/// inside the component, each embedded in R^d by zeros, d the widest of them.
/// </summary>
internal static class LayerTrajectory
{
    // Input, one inner layer, output: fewer states have no inner layer.
    private const int FewestStates = 3;
    private const int MostStates = 65;

    /// <summary>
    /// States from the component's input to its output, one d × M matrix each; null for a component without inner
    /// layers, or with one that is too wide to be told as it is.
    /// </summary>
    public static Matrix[]? Run(
        NetworkModel model, Component component, Matrix inputs, int maxWidth, CancellationToken cancellationToken)
    {
        var part = GraphSurgery.Extract(model, component.InputTensor, component.OutputTensor);
        var width = part.Cuts.Max(cut => cut.Width);
        if (part.Cuts.Count is < FewestStates or > MostStates || width > maxWidth)
        {
            return null;
        }

        var rows = new float[inputs.AsSpan().Length];
        TensorPrimitives.ConvertTruncating<double, float>(inputs.AsSpan(), rows);
        using var session = new NetworkSession(
            part, new NetworkSessionOptions { Probes = [.. part.Cuts.Skip(1).SkipLast(1).Select(cut => cut.Name)] });
        var batch = session.Run(rows, inputs.Columns, cancellationToken);
        return [.. part.Cuts.Select(cut => Embed(batch[cut.Name].Span, cut.Width, width))];
    }

    private static Matrix Embed(ReadOnlySpan<float> values, int narrow, int wide)
    {
        var states = new Matrix(wide, values.Length / narrow);
        for (var t = 0; t < states.Columns; t++)
        {
            TensorPrimitives.ConvertTruncating<float, double>(
                values.Slice(t * narrow, narrow), states.Column(t)[..narrow]);
        }

        return states;
    }
}
