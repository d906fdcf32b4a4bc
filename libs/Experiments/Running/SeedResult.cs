using KoopmanMesh.Experiments.Recipes;

namespace KoopmanMesh.Experiments.Running;

/// <summary>What one seed gave. Accuracies are from 0 to 1.</summary>
public sealed record SeedResult
{
    /// <summary>The recipe's name.</summary>
    public required string Recipe { get; init; }

    /// <summary>Seeds the network, the order of its batches, the draw of trajectories and random features.</summary>
    public required int Seed { get; init; }

    /// <summary>What was run.</summary>
    public required ReproductionOptions Options { get; init; }

    /// <summary>What multiplied.</summary>
    public required string LinearAlgebra { get; init; }

    /// <summary>Seconds it took.</summary>
    public required double Seconds { get; init; }

    /// <summary>The network itself on the test rows of each setting.</summary>
    public required IReadOnlyList<OriginalAccuracy> Original { get; init; }

    /// <summary>The scaling blocks.</summary>
    public required IReadOnlyList<ScalingResult> Scaling { get; init; }

    /// <summary>The operators on delay coordinates.</summary>
    public required IReadOnlyList<OperatorResult> Operators { get; init; }

    /// <summary>The operators on other observables.</summary>
    public required IReadOnlyList<LiftResult> Lifts { get; init; }
}

/// <summary>The network itself.</summary>
/// <param name="Setting">Whose test rows.</param>
/// <param name="Accuracy">On them.</param>
public sealed record OriginalAccuracy(PaperSetting Setting, double Accuracy);

/// <summary>A trained scaling block (methods P2.3).</summary>
/// <param name="Start">Position of the ReLU before it.</param>
/// <param name="FirstLoss">Mean Huber loss of the first epoch.</param>
/// <param name="Loss">Of the last.</param>
/// <param name="Accuracy">Of the network with it, on the corrected test rows.</param>
public sealed record ScalingResult(int Start, double FirstLoss, double Loss, double Accuracy)
{
    /// <summary>How many blocks were trained to choose from.</summary>
    public int Draws { get; init; } = 1;
}

/// <summary>A layer replaced by an operator on delay coordinates.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Start">Position of the ReLU before the layer.</param>
/// <param name="Trajectories">R.</param>
/// <param name="Delays">d.</param>
/// <param name="Rank">Directions kept.</param>
/// <param name="Accuracy">Of the hybrid.</param>
public sealed record OperatorResult(
    PaperSetting Setting, int Start, int Trajectories, int Delays, int Rank, double Accuracy);

/// <summary>A layer replaced by an operator on observables of its input, fitted directly.</summary>
/// <param name="Start">Position of the ReLU before the layer.</param>
/// <param name="Lift">Its name.</param>
/// <param name="Observables">How many; 0 where nothing was fitted.</param>
/// <param name="Rank">Of the operator.</param>
/// <param name="Error">||Y - Yhat||_F / ||Y - mean Y||_F on the test rows; null where the lift was refused.</param>
/// <param name="Accuracy">Of the hybrid; null where the lift was refused.</param>
public sealed record LiftResult(
    int Start, string Lift, int Observables, int Rank, double? Error, double? Accuracy)
{
    /// <summary>Why the lift was refused, or null.</summary>
    public string? Refusal { get; init; }
}
