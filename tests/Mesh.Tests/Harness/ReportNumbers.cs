using System.Collections;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Mesh.Tests.Harness;

/// <summary>Two reports of the same job, field by field.</summary>
internal static class ReportNumbers
{
    private const double Tolerance = 1e-12;

    // Which run it was, when, on what and how long it took.
    private static readonly HashSet<string> _circumstances = ["run_id", "created_at", "timings", "environment"];

    /// <summary>
    /// Where they differ: numbers by more than 1e-12 of the larger one, anything else at all; nothing when they are
    /// the same.
    /// </summary>
    public static IReadOnlyList<string> Differences(Report expected, Report actual)
    {
        List<string> differences = [];
        Compare("report", expected, actual, differences);
        return differences;
    }

    private static void Compare(string path, IMessage expected, IMessage actual, List<string> differences)
    {
        foreach (var field in expected.Descriptor.Fields.InDeclarationOrder())
        {
            if (expected is Report && _circumstances.Contains(field.Name))
            {
                continue;
            }

            var name = $"{path}.{field.Name}";
            if (field.HasPresence && field.Accessor.HasValue(expected) != field.Accessor.HasValue(actual))
            {
                differences.Add($"{name} is there in one of the two only");
                continue;
            }

            CompareValues(name, field, field.Accessor.GetValue(expected), field.Accessor.GetValue(actual), differences);
        }
    }

    private static void CompareValues(
        string name, FieldDescriptor field, object? expected, object? actual, List<string> differences)
    {
        if (!field.IsRepeated)
        {
            CompareValue(name, expected, actual, differences);
            return;
        }

        var (one, other) = ((IList)expected!, (IList)actual!);
        if (one.Count != other.Count)
        {
            differences.Add($"{name} has {one.Count} and {other.Count} entries");
            return;
        }

        for (var i = 0; i < one.Count; i++)
        {
            CompareValue(string.Create(CultureInfo.InvariantCulture, $"{name}[{i}]"), one[i], other[i], differences);
        }
    }

    private static void CompareValue(string name, object? expected, object? actual, List<string> differences)
    {
        switch (expected, actual)
        {
            case (IMessage one, IMessage other):
                Compare(name, one, other, differences);
                break;
            case (double one, double other) when IsClose(one, other):
                break;
            case var (one, other) when Equals(one, other):
                break;
            default:
                differences.Add(string.Create(CultureInfo.InvariantCulture, $"{name} is {expected} and {actual}"));
                break;
        }
    }

    private static bool IsClose(double one, double other) =>
        one.Equals(other) || Math.Abs(one - other) <= Tolerance * Math.Max(Math.Abs(one), Math.Abs(other));
}
