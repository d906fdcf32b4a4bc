using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Work;

/// <summary>How the work of runs is handed out and taken over.</summary>
public sealed class WorkOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "Work";

    /// <summary>Default of <see cref="Lease"/>: 15 s.</summary>
    public static readonly TimeSpan DefaultLease = TimeSpan.FromSeconds(15);

    /// <summary>Default of <see cref="ProgressInterval"/>: 200 ms.</summary>
    public static readonly TimeSpan DefaultProgressInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Default of <see cref="ShardsInFlight"/>: 8.</summary>
    public const int DefaultShardsInFlight = 8;

    /// <summary>Default of <see cref="MaxFailures"/>: 5.</summary>
    public const int DefaultMaxFailures = 5;

    /// <summary>Default of <see cref="MaxWaits"/>: 240.</summary>
    public const int DefaultMaxWaits = 240;

    /// <summary>Default of <see cref="LongestPause"/>: 15 s.</summary>
    public static readonly TimeSpan DefaultLongestPause = TimeSpan.FromSeconds(15);

    /// <summary>Default of <see cref="RetryDelay"/>: 1 s.</summary>
    public static readonly TimeSpan DefaultRetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>Default of <see cref="ReconcileInterval"/>: 5 s.</summary>
    public static readonly TimeSpan DefaultReconcileInterval = TimeSpan.FromSeconds(5);

    /// <summary>Default of <see cref="RepublishAfter"/>: 10 s.</summary>
    public static readonly TimeSpan DefaultRepublishAfter = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a claim holds without a sign of life, 1 s to 1 h; a replica that dies
    /// holds its work up for as long. Default: 15 s.
    /// </summary>
    public TimeSpan Lease { get; set; } = DefaultLease;

    /// <summary>
    /// How often work under way renews its claim and tells how far it is, 10 ms or more; each is one write to the
    /// ledger. With more than 8 <see cref="ShardsInFlight"/> as many times less often, so that a run writes no more the
    /// more replicas it has, but at least three times a lease. Default: 200 ms.
    /// </summary>
    public TimeSpan ProgressInterval { get; set; } = DefaultProgressInterval;

    /// <summary>
    /// Shards of one run that are ready or under way at once, 1 to 10,000: what a run may queue before another's turn.
    /// At least the number of shards that all replicas together work on. Default: 8.
    /// </summary>
    public int ShardsInFlight { get; set; } = DefaultShardsInFlight;

    /// <summary>
    /// How often a piece of work may fail by a fault that nobody foresaw or take its replica down, 1 to 100, before it
    /// is parked and its run fails. Default: 5.
    /// </summary>
    public int MaxFailures { get; set; } = DefaultMaxFailures;

    /// <summary>
    /// How often a piece of work may find something unavailable, be it a service that is away or room that others take,
    /// 1 to 100,000, before it is parked and its run fails. An attempt that something went away from in the middle
    /// counts ten times: that may be its own doing. Default: 240, an hour with the longest pauses.
    /// </summary>
    public int MaxWaits { get; set; } = DefaultMaxWaits;

    /// <summary>
    /// Pause after the first attempt that failed or found something unavailable, 10 ms or more; doubles with each
    /// further one up to <see cref="LongestPause"/>. Default: 1 s.
    /// </summary>
    public TimeSpan RetryDelay { get; set; } = DefaultRetryDelay;

    /// <summary>Longest pause between two attempts, <see cref="RetryDelay"/> or more. Default: 15 s.</summary>
    public TimeSpan LongestPause { get; set; } = DefaultLongestPause;

    /// <summary>
    /// Whether this host looks for lost work. Somebody has to: off only where a host is not to take up anything.
    /// Default: true.
    /// </summary>
    public bool Reconcile { get; set; } = true;

    /// <summary>How often a host looks for lost work, 100 ms or more. Default: 5 s.</summary>
    public TimeSpan ReconcileInterval { get; set; } = DefaultReconcileInterval;

    /// <summary>
    /// How long work may be ready before its event counts as lost, 100 ms or more. Default: 10 s.
    /// </summary>
    public TimeSpan RepublishAfter { get; set; } = DefaultRepublishAfter;

    /// <summary>How often work under way renews its claim.</summary>
    public TimeSpan BeatInterval
    {
        get
        {
            var often = ProgressInterval * Math.Max(1, (double)ShardsInFlight / DefaultShardsInFlight);
            return often < Lease / 3 ? often : Lease / 3;
        }
    }
}

/// <summary>Lists everything that is wrong with <see cref="WorkOptions"/>.</summary>
internal sealed class WorkOptionsValidator : IValidateOptions<WorkOptions>
{
    private const int MostInFlight = 10_000;
    private const int MostFailures = 100;
    private const int MostWaits = 100_000;
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan _shortestDelay = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan _shortestInterval = TimeSpan.FromMilliseconds(100);

    public ValidateOptionsResult Validate(string? name, WorkOptions options)
    {
        List<string> failures = [];
        if (options.Lease < _second || options.Lease > _hour)
        {
            failures.Add($"Work:Lease is {options.Lease}, expected 1 s to 1 h");
        }

        if (options.ShardsInFlight is < 1 or > MostInFlight)
        {
            failures.Add($"Work:ShardsInFlight is {options.ShardsInFlight}, expected 1 to {MostInFlight}");
        }

        if (options.MaxFailures is < 1 or > MostFailures)
        {
            failures.Add($"Work:MaxFailures is {options.MaxFailures}, expected 1 to {MostFailures}");
        }

        if (options.MaxWaits is < 1 or > MostWaits)
        {
            failures.Add($"Work:MaxWaits is {options.MaxWaits}, expected 1 to {MostWaits}");
        }

        AtLeast(failures, nameof(options.ProgressInterval), options.ProgressInterval, _shortestDelay);
        AtLeast(failures, nameof(options.RetryDelay), options.RetryDelay, _shortestDelay);
        if (options.LongestPause < options.RetryDelay)
        {
            failures.Add(
                $"Work:LongestPause is {options.LongestPause}, expected Work:RetryDelay, {options.RetryDelay}, or more");
        }

        AtLeast(failures, nameof(options.ReconcileInterval), options.ReconcileInterval, _shortestInterval);
        AtLeast(failures, nameof(options.RepublishAfter), options.RepublishAfter, _shortestInterval);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void AtLeast(List<string> failures, string option, TimeSpan value, TimeSpan least)
    {
        if (value < least)
        {
            failures.Add($"Work:{option} is {value}, expected {least.TotalMilliseconds} ms or more");
        }
    }
}
