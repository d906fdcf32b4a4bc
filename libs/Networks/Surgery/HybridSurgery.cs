using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.StandIns;

namespace KoopmanMesh.Networks.Surgery;

/// <summary>
/// Networks with a part replaced by a linear operator on lifted coordinates (2409.01308, methods P2.6 [R]: the paper
/// evaluates the operator outside the network; here it becomes nodes of it). Operator sets and file version are kept.
/// </summary>
public static class HybridSurgery
{
    // Gemm and Add spread their last operand without being told to from here on.
    private const long OldestOperatorSet = 7;
    private const int MostNamed = 8;

    /// <summary>
    /// The network with all between two cuts replaced by y = L R' psi(x) + c, in float32: one Gemm or MatMul and Add
    /// for each block of psi, two thin products where that costs less. O(p N r) for the coefficients, when they are
    /// formed.
    /// </summary>
    /// <param name="model">The network; left as it is.</param>
    /// <param name="fromTensor">Name of the cut that is x, row by row.</param>
    /// <param name="toTensor">Name of the later cut that becomes y.</param>
    /// <param name="standIn">What to put there.</param>
    /// <param name="options">Names, and which operators may be used.</param>
    /// <param name="la">For the coefficients.</param>
    /// <exception cref="SurgeryException">
    /// A tensor is no cut, they are in the wrong order, the widths differ, the profile lacks an operator, or a number
    /// is beyond float32.
    /// </exception>
    public static NetworkModel Replace(
        NetworkModel model, string fromTensor, string toTensor, StandIn standIn, HybridOptions options,
        ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(standIn);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(la);
        ArgumentException.ThrowIfNullOrEmpty(options.Name, nameof(options));
        var (from, to) = Region(model, fromTensor, toTensor);
        Check(model, from, to, standIn);
        if (Refusal(standIn.Observables, options.Profile) is { } reason)
        {
            throw new SurgeryException(reason);
        }

        var edit = new GraphEdit(model, options.Name, to.Name);
        var x = edit.Reshape(from.Name, from, [-1, from.Width]);
        var y = new StandInNodes(edit, standIn, options.Profile, la).Write(x);
        edit.Finish(edit.Reshape(y, new TensorLayout(y, [1, to.Width], to.Batched), to.ReshapeTarget()));
        return edit.Result($"as {standIn.Observables}", from.Name);
    }

    /// <summary>Why observables can't be written under a profile, one sentence; null when they can.</summary>
    public static string? Refusal(Dictionary observables, OperatorProfile profile)
    {
        ArgumentNullException.ThrowIfNull(observables);
        foreach (var feature in observables.Features)
        {
            var beyond = feature switch
            {
                StateFeature or ConstantFeature or AbsoluteFeature or CoordinateReluFeature or ReluFeature
                    or ReluChainFeature => null,
                FourierFeature => "Cos",
                MonomialFeature => "Gather and Mul",
                HermiteFeature => "Mul and Sub",
                KernelFeature { Kernel.Kind: KernelKind.Gaussian } => "Mul and Exp",
                KernelFeature { Kernel.Kind: KernelKind.ThinPlate } => "Mul and Log",
                _ => "",
            };
            if (beyond == "")
            {
                return $"The observables '{feature.Name}' have no form as ONNX nodes.";
            }

            if (beyond is not null && profile == OperatorProfile.Verifier)
            {
                return $"The observables '{feature.Name}' need {beyond}, which the verifier profile leaves out: it has "
                    + "Gemm, MatMul, Add, Relu, Conv, Flatten and Reshape.";
            }
        }

        return null;
    }

    private static (TensorLayout From, TensorLayout To) Region(NetworkModel model, string fromTensor, string toTensor)
    {
        var (from, to) = (Cut(model, fromTensor), Cut(model, toTensor));
        foreach (var cut in model.Cuts)
        {
            if (cut == to)
            {
                throw new SurgeryException(
                    $"The region '{fromTensor}' to '{toTensor}' of '{model.Name}' is empty: its first tensor must come "
                    + "before its last.");
            }

            if (cut == from)
            {
                break;
            }
        }

        return (from, to);
    }

    private static TensorLayout Cut(NetworkModel model, string tensor)
    {
        if (model.Cuts.FirstOrDefault(layout => layout.Name == tensor) is { } cut)
        {
            return cut;
        }

        var order = model.Index.Graph.Node.SelectMany(node => node.Writes()).Prepend(model.Input.Name).ToList();
        var position = order.IndexOf(tensor);
        if (position < 0)
        {
            var names = string.Join(", ", model.Cuts.Take(MostNamed).Select(layout => $"'{layout.Name}'"));
            throw new SurgeryException(
                $"'{model.Name}' has no tensor '{tensor}'; it can be cut at {names}"
                + (model.Cuts.Count > MostNamed ? $" and {model.Cuts.Count - MostNamed} more." : "."));
        }

        var before = model.Cuts.Last(layout => order.IndexOf(layout.Name) < position);
        var after = model.Cuts.FirstOrDefault(layout => order.IndexOf(layout.Name) > position) ?? model.Output;
        throw new SurgeryException(
            $"The tensor '{tensor}' of '{model.Name}' is no single-entry single-exit cut; the nearest cuts are "
            + $"'{before.Name}' before it and '{after.Name}' after it.");
    }

    private static void Check(NetworkModel model, TensorLayout from, TensorLayout to, StandIn standIn)
    {
        if (standIn.BeforeWidth != from.Width || standIn.AfterWidth != to.Width)
        {
            throw new SurgeryException(
                $"The stand-in maps {standIn.BeforeWidth} values to {standIn.AfterWidth}, and '{from.Name}' to "
                + $"'{to.Name}' of '{model.Name}' maps {from.Width} to {to.Width}.");
        }

        if (model.OperatorSet < OldestOperatorSet)
        {
            throw new SurgeryException(
                $"'{model.Name}' is of ONNX operator set {model.OperatorSet}; from {OldestOperatorSet} on stand-ins "
                + "can be written.");
        }
    }
}
