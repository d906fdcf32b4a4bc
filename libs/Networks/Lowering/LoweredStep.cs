namespace KoopmanMesh.Networks.Lowering;

/// <summary>One step of a <see cref="LoweredNetwork"/>: writes one flat vector from others. Immutable.</summary>
/// <param name="Output">
/// The tensor it writes: a name of the graph, or one with a slash for what lies inside a node.
/// </param>
/// <param name="Width">Its length.</param>
/// <param name="Operator">The ONNX operator it comes from.</param>
public abstract record LoweredStep(string Output, int Width, string Operator)
{
    /// <summary>The tensors it reads, in order.</summary>
    public abstract IReadOnlyList<string> Inputs { get; }

    /// <summary>Whether the other step computes the same from tensors of the same names.</summary>
    public abstract bool SameAs(LoweredStep other);
}

/// <summary>The same values under another name: Reshape, Flatten, Identity.</summary>
/// <param name="Output">The tensor it writes.</param>
/// <param name="Width">Its length.</param>
/// <param name="Operator">The ONNX operator it comes from.</param>
/// <param name="Input">The tensor it reads.</param>
public sealed record CopyStep(string Output, int Width, string Operator, string Input)
    : LoweredStep(Output, Width, Operator)
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Inputs { get; } = [Input];

    /// <inheritdoc/>
    public override bool SameAs(LoweredStep other) => other is CopyStep copy && copy.Input == Input;
}

/// <summary>A tensor and the map it goes through.</summary>
public sealed record AffineTerm(string Tensor, LinearMap Map);

/// <summary>y = sum_k A_k x_k + b.</summary>
/// <param name="Output">The tensor it writes.</param>
/// <param name="Width">Its length.</param>
/// <param name="Operator">The ONNX operator it comes from.</param>
/// <param name="Terms">x_k and A_k, at least one.</param>
/// <param name="Bias">b. Not to be written to.</param>
/// <param name="BiasMagnitude">
/// What b was computed from, in absolute value: |b| or, where it is a sum, the sum of what was added. Rounding errors
/// are relative to this. Not to be written to.
/// </param>
public sealed record AffineStep(
    string Output, int Width, string Operator, IReadOnlyList<AffineTerm> Terms, double[] Bias, double[] BiasMagnitude)
    : LoweredStep(Output, Width, Operator)
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Inputs { get; } = [.. Terms.Select(term => term.Tensor)];

    /// <summary>Most terms one output is a sum of, b included.</summary>
    public int MostTerms { get; } = Terms.Sum(term => term.Map.MostTerms) + 1;

    /// <summary>Whether nothing is computed, so that nothing is rounded: values are moved.</summary>
    public bool IsSelection { get; } =
        Terms is [var only] && only.Map.IsSelection && !BiasMagnitude.AsSpan().ContainsAnyExcept(0.0);

    /// <inheritdoc/>
    public override bool SameAs(LoweredStep other) => other is AffineStep affine
        && affine.Inputs.SequenceEqual(Inputs)
        && affine.Bias.AsSpan().SequenceEqual(Bias)
        && affine.BiasMagnitude.AsSpan().SequenceEqual(BiasMagnitude)
        && affine.Terms.Zip(Terms).All(pair => pair.First.Map.SameAs(pair.Second.Map));
}

/// <summary>
/// y = x where x is positive, a x elsewhere, element by element: Relu (a = 0), LeakyRelu and PRelu (a their slope), Abs
/// (a = -1).
/// </summary>
/// <param name="Output">The tensor it writes.</param>
/// <param name="Width">Its length.</param>
/// <param name="Operator">The ONNX operator it comes from.</param>
/// <param name="Input">The tensor it reads.</param>
/// <param name="Slopes">a, one an element. Not to be written to.</param>
public sealed record KinkStep(string Output, int Width, string Operator, string Input, double[] Slopes)
    : LoweredStep(Output, Width, Operator)
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Inputs { get; } = [Input];

    /// <summary>
    /// Whether it is an activation of the network, and not part of how another operator (MaxPool, Clip) was lowered.
    /// </summary>
    public bool IsActivation => Operator is "Relu" or "LeakyRelu" or "PRelu" or "Abs";

    /// <inheritdoc/>
    public override bool SameAs(LoweredStep other) =>
        other is KinkStep kink && kink.Input == Input && kink.Slopes.AsSpan().SequenceEqual(Slopes);
}
