using KoopmanMesh.Numerics.Fitting;

namespace KoopmanMesh.Experiments.Operators;

/// <summary>How an operator on delay coordinates is fitted (methods P2.5).</summary>
public sealed record DelayOperatorOptions
{
    /// <summary>d: the state and d earlier ones are stacked. Default 10.</summary>
    public int Delays { get; init; } = 10;

    /// <summary>Directions of the delay vectors to keep; the published 500 by default.</summary>
    public RankRule RankRule { get; init; } = new RankRule.Fixed(500);

    /// <summary>Whether windows cross from one trajectory into the next. Default not.</summary>
    public SeamPolicy Seams { get; init; }

    /// <summary>
    /// The last step is read in the span of the delay vectors, C A^k U', as published, instead of the span of their
    /// successors, D A^(k-1) U' with A = U'B and D the first rows of B: what a step moves out of the span is then lost.
    /// Default false.
    /// </summary>
    public bool Projected { get; init; }

    /// <summary>
    /// A 1 beside the delay vector: layers have biases, which a linear operator without it imitates badly (methods N8).
    /// The published operator has none. Default false.
    /// </summary>
    public bool Constant { get; init; }
}
