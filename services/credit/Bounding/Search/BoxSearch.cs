namespace KoopmanMesh.Credit.Bounding.Search;

/// <summary>
/// Looks for the row of a box on which two networks differ most: at random, then by ascents. The same seed looks at the
/// same points.
/// </summary>
/// <param name="runner">Evaluates points.</param>
/// <param name="starts">Draws them.</param>
/// <param name="ascent">Improves them; null for a search at random only.</param>
/// <param name="worst">What is found.</param>
internal sealed class BoxSearch(PairRunner runner, StartPoints starts, Ascent? ascent, WorstPoint worst)
{
    /// <summary>Looks at <paramref name="random"/> points, then climbs to <paramref name="climbed"/> more.</summary>
    /// <param name="width">Features of a point.</param>
    /// <param name="random">Points at random.</param>
    /// <param name="climbed">Points of ascents.</param>
    /// <param name="progress">Called after each batch.</param>
    /// <param name="cancellationToken">Looked at in each batch.</param>
    public void Run(int width, long random, long climbed, Action progress, CancellationToken cancellationToken)
    {
        var rows = new float[width * runner.BatchRows];
        for (var left = random; left > 0;)
        {
            var count = (int)Math.Min(left, runner.BatchRows);
            var batch = rows.AsMemory(0, count * width);
            starts.Fill(batch.Span);
            worst.Add(batch.Span, runner.Differences(batch, count, cancellationToken), count);
            left -= count;
            progress();
        }

        for (var left = ascent is null ? 0 : climbed; left > 0;)
        {
            // Few points make few whole ascents rather than many starts.
            var count = (int)Math.Clamp(left / Ascent.Steps, 1, Math.Min(ascent!.BatchRows, runner.BatchRows));
            var steps = (int)Math.Min(Ascent.Steps, left / count);
            var batch = rows.AsMemory(0, count * width);
            starts.Fill(batch.Span, worst.Row);
            Climb(ascent, batch, count, steps, cancellationToken);
            left -= (long)count * steps;
            progress();
        }
    }

    private void Climb(Ascent up, Memory<float> batch, int count, int steps, CancellationToken cancellationToken)
    {
        for (var step = 0; step < steps; step++)
        {
            var differences = runner.Differences(batch, count, cancellationToken);
            worst.Add(batch.Span, differences, count);
            if (step < steps - 1)
            {
                up.Climb(batch.Span, differences, count, step, cancellationToken);
            }
        }
    }
}
