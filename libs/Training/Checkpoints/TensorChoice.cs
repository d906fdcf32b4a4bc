using KoopmanMesh.Numerics.Storage.Arrays;

namespace KoopmanMesh.Training.Checkpoints;

/// <summary>The tensors of a file that are parameters, in the network's order as far as the file tells it.</summary>
internal sealed record TensorChoice(List<ArrayEntry> Entries, IReadOnlyList<string> Notes)
{
    /// <summary>What the array of an NPY file is called.</summary>
    public const string Unnamed = "parameters";

    private const int MostNamed = 3;

    /// <summary>Of a file; <paramref name="isAside"/> tells arrays that are no parameters and need no note.</summary>
    public static TensorChoice Of(ArrayFile file, Func<ArrayEntry, bool>? isAside = null)
    {
        if (file.Entries is [{ Name: "" }])
        {
            return new TensorChoice([.. file.Entries], []);
        }

        var candidates = file.Entries.Where(entry => isAside is null || !isAside(entry)).ToList();
        var (floating, integer) = (candidates.FindAll(e => e.IsFloating), candidates.FindAll(e => !e.IsFloating));
        if (floating.Count == 0)
        {
            throw new ArrayFileException($"'{file.Path}' holds no tensor of floating-point numbers");
        }

        Order(floating);
        var named = string.Join(", ", integer.Take(MostNamed).Select(entry => entry.Name));
        return new TensorChoice(floating, integer.Count == 0 ? [] :
        [
            $"left out: {integer.Count} integer tensor{(integer.Count == 1 ? "" : "s")} ({named}"
            + $"{(integer.Count > MostNamed ? ", …" : "")}), which {(integer.Count == 1 ? "is" : "are")} not trained",
        ]);
    }

    // safetensors' own writer sorts by the letters of names, layer 10 before layer 2; whoever else wrote the file had
    // an order in mind.
    private static void Order(List<ArrayEntry> entries)
    {
        for (var i = 1; i < entries.Count; i++)
        {
            if (string.CompareOrdinal(entries[i - 1].Name, entries[i].Name) > 0)
            {
                return;
            }
        }

        entries.Sort((a, b) => Natural(a.Name, b.Name));
    }

    private static int Natural(string a, string b)
    {
        var (i, j) = (0, 0);
        while (i < a.Length && j < b.Length)
        {
            var x = Digits(a, i);
            var y = Digits(b, j);
            var order = x.Length > 0 && y.Length > 0 ? Number(x, y) : a[i].CompareTo(b[j]);
            if (order != 0)
            {
                return order;
            }

            (i, j) = (i + Math.Max(x.Length, 1), j + Math.Max(y.Length, 1));
        }

        return (a.Length - i).CompareTo(b.Length - j);
    }

    private static int Number(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        var x = a.TrimStart('0');
        var y = b.TrimStart('0');
        return x.Length != y.Length ? x.Length.CompareTo(y.Length) : x.SequenceCompareTo(y);
    }

    private static ReadOnlySpan<char> Digits(string text, int start)
    {
        var end = start;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return text.AsSpan(start, end - start);
    }
}
