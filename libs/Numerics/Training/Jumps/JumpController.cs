namespace KoopmanMesh.Numerics.Training.Jumps;

/// <summary>What becomes of a jump.</summary>
public enum JumpDecision
{
    /// <summary>Training goes on from the predicted weights, its optimizer's memory at zero.</summary>
    Kept,

    /// <summary>Training goes on from the weights before.</summary>
    Rejected,
}

/// <summary>
/// Decides when to jump, how far, and what to make of it: a jump that lowers the loss is kept and the next goes
/// farther, any other is rolled back and the next goes less far (after Tano, Portwood and Ragusa 2020, and Luo et al.
/// 2022; methods S1, S4; the factors are a reconstruction [R]). Immutable: each event gives the next state.
/// </summary>
/// <param name="Options">How far, and how often.</param>
public sealed record JumpController(JumpOptions Options)
{
    /// <summary>Snapshots ahead of the next proposal, before it is bounded by the options.</summary>
    public double Horizon { get; init; } = Options.Horizon;

    /// <summary>Costs and gains so far.</summary>
    public JumpAccounts Accounts { get; init; } = new();

    /// <summary>Snapshots ahead of the next proposal.</summary>
    public int NextHorizon => (int)Math.Round(Bounded);

    /// <summary>Whether enough snapshots have come since the last jump, or since the start.</summary>
    public bool CanPropose(int snapshotsSinceJump) => snapshotsSinceJump >= Options.Rest;

    /// <summary>A snapshot was trained for, and took so long.</summary>
    /// <param name="seconds">At least 0.</param>
    public JumpController Trained(double seconds) => this with
    {
        Accounts = Accounts with
        {
            Trained = (Accounts.Trained.Snapshots + 1, Accounts.Trained.Seconds + Duration(seconds)),
        },
    };

    /// <summary>A proposal was made, and took so long; also one that was refused.</summary>
    /// <param name="seconds">At least 0.</param>
    public JumpController Proposed(double seconds) =>
        this with { Accounts = Accounts with { FitSeconds = Accounts.FitSeconds + Duration(seconds) } };

    /// <summary>What to make of a proposal of <see cref="NextHorizon"/> snapshots.</summary>
    /// <param name="lossBefore">At the last snapshot; not NaN.</param>
    /// <param name="lossAfter">At the proposal; NaN or infinity rejects it.</param>
    /// <param name="seconds">That the evaluation took, at least 0.</param>
    /// <exception cref="ArgumentException">The loss before is NaN.</exception>
    public (JumpDecision Decision, JumpController Next) Decide(double lossBefore, double lossAfter, double seconds = 0)
    {
        if (double.IsNaN(lossBefore))
        {
            throw new ArgumentException(
                "the loss before a jump is NaN, with which nothing compares", nameof(lossBefore));
        }

        var accounts = Accounts with { EvaluationSeconds = Accounts.EvaluationSeconds + Duration(seconds) };
        if (double.IsFinite(lossAfter) && lossAfter < lossBefore)
        {
            return (JumpDecision.Kept, this with
            {
                Horizon = Bounded * Options.Grow,
                Accounts = accounts with
                {
                    Kept = accounts.Kept + 1,
                    SnapshotsSkipped = accounts.SnapshotsSkipped + NextHorizon,
                },
            });
        }

        return (JumpDecision.Rejected, this with
        {
            Horizon = Bounded * Options.Shrink,
            Accounts = accounts with { Rejected = accounts.Rejected + 1 },
        });
    }

    private double Bounded => Math.Clamp(Horizon, 1, Options.LongestHorizon);

    private static double Duration(double seconds) => seconds >= 0 && double.IsFinite(seconds)
        ? seconds
        : throw new ArgumentOutOfRangeException(nameof(seconds), seconds, "a duration is 0 seconds or more");
}
