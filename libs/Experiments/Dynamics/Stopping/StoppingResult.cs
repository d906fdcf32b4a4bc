namespace KoopmanMesh.Experiments.Dynamics.Stopping;

/// <summary>One training run to the end of its budget, and where the rules would have ended it.</summary>
internal sealed record StoppingResult
{
    public required int Seed { get; init; }

    public required string Setting { get; init; }

    /// <summary>Mean loss of each epoch, from epoch 0, where it is NaN.</summary>
    public required double[] Loss { get; init; }

    /// <summary>Loss on the validation rows after each epoch.</summary>
    public required double[] ValidationLoss { get; init; }

    /// <summary>Accuracy on the test rows after each epoch.</summary>
    public required double[] TestAccuracy { get; init; }

    /// <summary>A window for each epoch that one ends at.</summary>
    public required StoppingWindow[] Windows { get; init; }

    /// <summary>Epoch at which each rule stops; the last where it does not.</summary>
    public required Dictionary<string, int> Stops { get; init; }

    /// <summary>Accuracy of the limit that the spectrum predicts where the rule stops; NaN without one.</summary>
    public required double LimitAccuracy { get; init; }

    /// <summary>The epoch with the lowest validation loss.</summary>
    public int Best => Array.IndexOf(ValidationLoss, ValidationLoss.Min());

    /// <summary>Epochs of the budget.</summary>
    public int Epochs => ValidationLoss.Length - 1;
}

/// <summary>What a window said.</summary>
/// <param name="Epoch">Where it ends.</param>
/// <param name="NearOneMass">rho.</param>
/// <param name="Transient">tau over the norm of the weights.</param>
/// <param name="Unexplained">Share of the movement that its trusted modes miss.</param>
/// <param name="Slope">Relative slope of the validation loss.</param>
/// <param name="Leading">The largest trusted eigenvalue beside 1, its modulus; NaN without.</param>
internal sealed record StoppingWindow(
    int Epoch, double NearOneMass, double Transient, double Unexplained, double Slope, double Leading);
