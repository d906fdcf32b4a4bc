using KoopmanMesh.Numerics.Statistics;

namespace KoopmanMesh.Credit.Scoring;

/// <summary>
/// The replicates of one metric: credits of the components that have one, replicates of other ranks left out.
/// </summary>
internal sealed class MetricSamples
{
    private readonly IReadOnlyList<RankedCredit> _scored;
    private readonly int[] _defined;
    private readonly List<double[]> _samples = [];
    private int _lostRank;

    /// <summary>Samples beside the credits <paramref name="scored"/>.</summary>
    public MetricSamples(IReadOnlyList<RankedCredit> scored)
    {
        _scored = scored;
        _defined = Enumerable.Range(0, scored.Count).Where(i => scored[i].Value is not null).ToArray();
    }

    /// <summary>Takes the volumes of one replicate.</summary>
    public void Add(Volume?[] volumes)
    {
        var sample = new double[_defined.Length];
        for (var k = 0; k < _defined.Length; k++)
        {
            var (i, scored) = (_defined[k], _scored[_defined[k]]);
            if (volumes[i] is not { } before || volumes[i + 1] is not { } after
                || before.Rank != scored.RankBefore || after.Rank != scored.RankAfter)
            {
                _lostRank++;
                return;
            }

            sample[k] = before.Log - after.Log;
        }

        _samples.Add(sample);
    }

    /// <summary>Intervals and the stability of the order.</summary>
    public MetricIntervals Finish(BootstrapOptions options)
    {
        var intervals = new CreditInterval?[_scored.Count];
        if (_samples.Count > 0 && 2 * _samples.Count >= options.Replicates)
        {
            for (var k = 0; k < _defined.Length; k++)
            {
                intervals[_defined[k]] = Interval(k, options);
            }
        }

        return new MetricIntervals(intervals, Stability(), _lostRank);
    }

    private CreditInterval Interval(int k, BootstrapOptions options)
    {
        var values = _samples.Select(sample => sample[k]).ToArray();
        var ends = Quantiles.At(values, [options.Lower, options.Upper]);
        var twice = 2 * _scored[_defined[k]].Value!.Value;
        return new CreditInterval(values.Average(), twice - ends[1], twice - ends[0]);
    }

    private double? Stability()
    {
        var (sum, pairs) = (0.0, 0);
        for (var r = 1; r < _samples.Count; r++)
        {
            var (one, next) = (Ranking.Magnitudes(_samples[r - 1]), Ranking.Magnitudes(_samples[r]));
            if (RankCorrelation.Kendall(one, next) is { } tau)
            {
                sum += tau;
                pairs++;
            }
        }

        return pairs > 0 ? sum / pairs : null;
    }
}
