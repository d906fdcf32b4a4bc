using KoopmanMesh.Experiments.Recipes;

namespace KoopmanMesh.Experiments.Tables;

/// <summary>Hybrids of one setting and one start: R down, d across, what was published below the R it is of.</summary>
internal static class AccuracyTable
{
    public static string Of(ResultSet results, PaperSetting setting, int start)
    {
        var table = new MarkdownTable(["R", .. results.Delays.Select(d => d == 1 ? "d = 1" : $"{d}")]);
        foreach (var count in results.Recipe.TrajectoryCounts)
        {
            var published = results.Delays.Select(d => results.Recipe.Published.Find(start, count, d)).ToArray();
            table.Add([$"{count:N0}", .. results.Delays.Select(d =>
                Cell(results.Accuracy(setting, start, count, d), published[d - 1]))]);
            if (published.Any(p => p is not null))
            {
                table.Add([$"{count:N0} published", .. published.Select(p => p is { } a ? Percent.Of(a) : "")]);
            }
        }

        return table.ToString();
    }

    private static string Cell(SeedInterval accuracy, double? published) =>
        Percent.Of(accuracy, 1) + (published is { } p ? Percent.Mark(accuracy.Against(p)) : "");
}
