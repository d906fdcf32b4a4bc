namespace KoopmanMesh.Training.Schedules;

/// <summary>The rate times gamma after every so many epochs, as PyTorch's StepLR.</summary>
/// <param name="Size">Epochs between two steps, at least 1.</param>
/// <param name="Gamma">Factor of a step, positive; default 0.1.</param>
public sealed record StepRate(int Size, double Gamma = 0.1) : Schedule
{
    /// <inheritdoc/>
    public override Func<double, double> Start(double rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Size);
        Require(Gamma > 0 && double.IsFinite(Gamma), Gamma, nameof(Gamma), "gamma is positive and finite");
        var epoch = 0;
        return _ => ++epoch % Size == 0 ? rate *= Gamma : rate;
    }
}
