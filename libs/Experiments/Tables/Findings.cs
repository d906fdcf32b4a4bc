using KoopmanMesh.Experiments.Recipes;

namespace KoopmanMesh.Experiments.Tables;

/// <summary>What the tables say, in sentences whose numbers are computed from them.</summary>
internal static class Findings
{
    public static IEnumerable<string> Of(ResultSet results)
    {
        foreach (var setting in results.Options.Settings)
        {
            var original = SeedInterval.Of(results.Original(setting));
            yield return $"{Name(setting)}: the network reaches {Percent.Of(original)} % "
                + $"(published: {Percent.Of(results.Recipe.Published.Original)} %).";
            foreach (var start in results.Options.Starts)
            {
                yield return Hybrid(results, setting, start);
            }

            yield return $"{Name(setting)}: the best hybrid of each seed, chosen on the test rows over starts, R and "
                + $"d, has {string.Join(", ", results.Highest(setting).Select(Percent.Of))} % (published headline: "
                + $"{Percent.Of(results.Recipe.Published.Headline)} %).";
            yield return Departures(results, setting);
        }

        if (results.Options.Settings.Contains(PaperSetting.Corrected))
        {
            foreach (var start in results.Options.Starts)
            {
                yield return Lift(results, start);
            }
        }
    }

    public static string Name(PaperSetting setting) =>
        setting == PaperSetting.AsPublished ? "As published" : "Corrected";

    private static string Hybrid(ResultSet results, PaperSetting setting, int start)
    {
        var (count, delays, accuracy) = results.Best(setting, start);
        var counts = results.Recipe.TrajectoryCounts;
        var most = results.Options.MostDelays;
        var means = results.Delays.Select(d => results.Accuracy(setting, start, counts[^1], d).Mean).ToArray();
        var rises = means.Zip(means.Skip(1)).Count(pair => pair.Second > pair.First);
        var byCount = string.Join(", ", counts.Select(
            r => $"{Percent.Of(results.Accuracy(setting, start, r, most).Mean)} (R = {r:N0})"));
        return $"{Name(setting)}, after ReLU {start}: the best hybrid has {Percent.Of(accuracy)} % (R = {count:N0}, "
            + $"d = {delays}). From d = 1 to {most} at R = {counts[^1]:N0} it goes from {Percent.Of(means[0])} to "
            + $"{Percent.Of(means[^1])} %, rising in {rises} of {means.Length - 1} steps; with R at d = {most}: "
            + $"{byCount}.";
    }

    private static string Departures(ResultSet results, PaperSetting setting)
    {
        var cells = results.Recipe.Published.Cells
            .Where(c => results.Options.Starts.Contains(c.Start) && c.Delays <= results.Options.MostDelays)
            .Select(c => (c, Measured: results.Accuracy(setting, c.Start, c.Trajectories, c.Delays)))
            .Select(c => (c.c, c.Measured, Departure: c.Measured.Against(c.c.Accuracy))).ToArray();
        var far = cells.Where(c => c.Departure == Departure.OfNetworks).ToArray();
        var mean = cells.Count(c => c.Departure == Departure.OfMean);
        if (cells.Any(c => c.Departure == Departure.Unknown))
        {
            return $"{Name(setting)}: one seed has no interval to hold the {cells.Length} published cells against.";
        }

        var higher = far.Count(c => c.Measured.Mean > c.c.Accuracy);
        return $"{Name(setting)}: of {cells.Length} published cells {cells.Length - mean - far.Length} lie in the "
            + $"interval of the mean, {mean} (*) outside it but where one network more may lie, {far.Length} (**) "
            + $"beyond; of these {higher} are exceeded here and {far.Length - higher} not reached.";
    }

    private static string Lift(ResultSet results, int start)
    {
        var (name, best, affine) = LiftTable.Best(results, start);
        var plain = affine is null ? "" : $"; plain affine has {Percent.Of(affine)} %";
        return $"Lifts, after ReLU {start}: the best is {name} with {Percent.Of(best)} %{plain}.";
    }
}
