using KoopmanMesh.Experiments.Running;

namespace KoopmanMesh.Experiments.Tables;

/// <summary>Lifts fitted directly: accuracy and error at each start.</summary>
internal static class LiftTable
{
    public static string Of(ResultSet results)
    {
        var starts = results.Options.Starts;
        var table = new MarkdownTable(
            ["operator on", .. starts.SelectMany(s => new[] { $"after ReLU {s}", "observables", "error" })]);
        foreach (var name in results.Seeds.SelectMany(s => s.Lifts).Select(l => Row(l)).Distinct())
        {
            table.Add([name, .. starts.SelectMany(s => Cells(Found(results, s, name)))]);
        }

        return table.ToString();
    }

    public static IEnumerable<string> Refusals(ResultSet results) => results.Seeds.SelectMany(s => s.Lifts)
        .Where(l => l.Refusal is not null).Select(l => $"After ReLU {l.Start}: {l.Refusal}.").Distinct();

    /// <summary>The lift with the highest mean at a start, and the plain affine one.</summary>
    public static (string Name, SeedInterval Best, SeedInterval? Affine) Best(ResultSet results, int start)
    {
        var best = results.Seeds.SelectMany(s => s.Lifts).Where(l => l.Start == start && l.Accuracy is not null)
            .GroupBy(l => l.Lift).Select(g => (g.Key, SeedInterval.Of([.. g.Select(l => l.Accuracy!.Value)])))
            .ToDictionary(g => g.Key, g => g.Item2);
        var (name, accuracy) = best.MaxBy(b => b.Value.Mean);
        return (name, accuracy, best.GetValueOrDefault("affine"));
    }

    // A reduced rank is another number at each start.
    private static string Row(LiftResult lift) =>
        lift.Lift.Split(", rank ") is [var name, _] ? $"{name}, half rank" : lift.Lift;

    private static LiftResult[] Found(ResultSet results, int start, string name) =>
        [.. results.Seeds.SelectMany(s => s.Lifts).Where(l => l.Start == start && Row(l) == name)];

    private static string[] Cells(LiftResult[] found)
    {
        if (found.Length == 0 || found[0].Accuracy is null)
        {
            return [Percent.Absent, Percent.Absent, Percent.Absent];
        }

        return
        [
            Percent.Of(SeedInterval.Of([.. found.Select(l => l.Accuracy!.Value)])),
            found[0].Observables == 0 ? Percent.Absent : $"{found[0].Observables:N0}",
            Percent.Invariant(found.Average(l => l.Error!.Value), "0.0000"),
        ];
    }
}
