using KoopmanMesh.Numerics.Fitting;

namespace KoopmanMesh.Numerics.Online;

/// <summary>What <see cref="OnlineDmd"/> remembers, and how it starts.</summary>
public sealed record OnlineDmdOptions
{
    /// <summary>The default of <see cref="RefreshEvery"/>.</summary>
    public const int DefaultRefreshEvery = 1000;

    /// <summary>rho in (0, 1]: a pair counts rho^a after a more. Default 1: nothing is forgotten.</summary>
    public double Forgetting
    {
        get;
        init => field = value is > 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "the factor of forgetting lies in (0, 1]");
    } = 1;

    /// <summary>Only the last so many pairs count, ≥ 1; null, the default, for all.</summary>
    public int? Window
    {
        get;
        init => field = value is null or >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "a window holds at least 1 pair");
    }

    /// <summary>
    /// delta > 0: start at once from P = delta I and K = 0, a ridge of 1 / delta that is forgotten like a pair (and
    /// never leaves a window); null, the default, waits for n independent pairs.
    /// </summary>
    public double? InitialCovariance
    {
        get;
        init => field = value is null || (value > 0 && double.IsFinite(value.Value))
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, "the initial covariance is positive and finite");
    }

    /// <summary>
    /// Pairs between exact restarts of the recursion, ≥ 1 (n is the least that is used). Default 1,000.
    /// </summary>
    public int RefreshEvery
    {
        get;
        init => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "at least 1 pair lies between restarts");
    } = DefaultRefreshEvery;

    /// <summary>Directions an operator keeps. Default s > 1e-8 s_1.</summary>
    public RankRule RankRule { get; init; } = new RankRule.RelTol(1e-8);

    /// <summary>dt of the operators. Default 1.</summary>
    public double TimeStep
    {
        get;
        init => field = value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "a time step is positive and finite");
    } = 1;
}
