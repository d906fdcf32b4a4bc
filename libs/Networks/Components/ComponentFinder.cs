using KoopmanMesh.Networks.Graphs;

namespace KoopmanMesh.Networks.Components;

/// <summary>
/// Groups what lies between neighbouring cuts into components. A component has one core (a product, a convolution, a
/// block) and takes what follows up to the next core; what comes before the first core belongs to it.
/// </summary>
public static class ComponentFinder
{
    /// <summary>Cuts a network into its components.</summary>
    public static ComponentChain Find(NetworkModel model, Granularity granularity = Granularity.Default)
    {
        ArgumentNullException.ThrowIfNull(model);
        var segments = Segment.Split(model);
        var groups = granularity == Granularity.Fine ? Fine(segments) : ByCore(segments);
        if (granularity == Granularity.Coarse)
        {
            groups = Merge(groups);
        }

        var counts = new Dictionary<ComponentKind, int>();
        var components = new List<Component>(groups.Count);
        foreach (var group in groups)
        {
            var kind = KindOf(group);
            counts[kind] = counts.GetValueOrDefault(kind) + 1;
            components.Add(Build(model, group, components.Count, kind, $"{Stem(kind)}_{counts[kind]}"));
        }

        return new ComponentChain(model, granularity, components, Notes(model, components));
    }

    private static List<List<Segment>> ByCore(IReadOnlyList<Segment> segments)
    {
        var groups = new List<List<Segment>>();
        for (var i = 0; i < segments.Count; i++)
        {
            var opens = groups.Count == 0 || (segments[i].IsCore && groups[^1].Any(segment => segment.IsCore));
            if (opens && !(groups.Count > 0 && ProjectsAttention(groups[^1], segments, i)))
            {
                groups.Add([]);
            }

            groups[^1].Add(segments[i]);
        }

        return groups;
    }

    /// <summary>
    /// The product right after an attention block mixes its heads and belongs to it, unless it is the network's last:
    /// then it is the classifier.
    /// </summary>
    private static bool ProjectsAttention(List<Segment> group, IReadOnlyList<Segment> segments, int next) =>
        segments[next].Kind == ComponentKind.Dense
        && group.FindAll(segment => segment.IsCore) is [{ Kind: ComponentKind.Attention, Join: null }]
        && group.TakeLast(group.Count - 1 - group.FindIndex(segment => segment.IsCore))
            .All(segment => segment.Kind == ComponentKind.Reshape)
        && segments.Skip(next + 1).Any(segment => segment.IsCore);

    private static List<List<Segment>> Fine(IReadOnlyList<Segment> segments)
    {
        var groups = new List<List<Segment>>();
        foreach (var segment in segments)
        {
            var folds = segment.Kind is ComponentKind.Reshape or ComponentKind.Affine;
            if (groups.Count == 0 || (!folds && groups[^1].Any(other => other.Kind > ComponentKind.Affine)))
            {
                groups.Add([]);
            }

            groups[^1].Add(segment);
        }

        return groups;
    }

    private static List<List<Segment>> Merge(List<List<Segment>> groups)
    {
        var merged = new List<List<Segment>>();
        foreach (var group in groups)
        {
            if (merged.Count > 0 && KindOf(merged[^1]) == KindOf(group))
            {
                merged[^1].AddRange(group);
            }
            else
            {
                merged.Add([.. group]);
            }
        }

        return merged;
    }

    /// <summary>The kind of the first core; without one, the most telling kind there is.</summary>
    private static ComponentKind KindOf(List<Segment> group) =>
        group.Find(segment => segment.IsCore)?.Kind ?? group.Max(segment => segment.Kind);

    private static string Stem(ComponentKind kind) => kind switch
    {
        ComponentKind.Normalization => "norm",
        ComponentKind.Pooling => "pool",
        ComponentKind.Convolution => "conv",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private static Component Build(NetworkModel model, List<Segment> group, int index, ComponentKind kind, string name)
    {
        var nodes = group.SelectMany(segment => segment.Nodes).ToList();
        var joins = group.FindAll(segment => segment.Join is not null);
        return new Component
        {
            Index = index,
            Name = name,
            Kind = kind,
            Operators = [.. nodes.Select(node => node.OpType)],
            Input = group[0].Input,
            Output = group[^1].Output,
            Parameters = nodes.SelectMany(node => node.Reads()).Distinct()
                .Select(model.Index.Constant)
                .Sum(tensor => tensor is not null && NetworkModel.IsWeight(tensor) ? TensorData.Count(tensor) : 0),
            Dense = kind == ComponentKind.Dense ? DenseReader.Read(model.Index, group) : null,
            Join = joins.Count == 1 ? joins[0].Join : null,
            Nodes = nodes,
        };
    }

    private static List<string> Notes(NetworkModel model, List<Component> components)
    {
        if (components.Count > 1)
        {
            return [];
        }

        return [model.Cuts.Count == 2
            ? "No single tensor separates the graph's inside: the network is one component."
            : "The network is one component at this granularity."];
    }
}
