using KoopmanMesh.Networks.Components;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Capture.Replacing.Planning;

/// <summary>Finds what can be replaced in a chain.</summary>
internal static class RegionFinder
{
    /// <summary>
    /// Widest cut of a region that the planner looks at by itself: the summary of an affine fit between two such cuts
    /// takes half a gigabyte. A region named by the user may be wider.
    /// </summary>
    public const int WidestCut = 4096;

    private const int MostNamed = 8;
    private const string Field = "spec.replacement.regions";

    /// <summary>
    /// All runs of neighbours up to a length, but the whole network. A run that begins or ends with a component that
    /// only moves values is told by the shorter run without it.
    /// </summary>
    /// <param name="chain">The network, cut.</param>
    /// <param name="longest">Components in a region, at most.</param>
    /// <param name="notes">Receives what was left out.</param>
    public static IReadOnlyList<Region> All(ComponentChain chain, int longest, ICollection<string> notes)
    {
        var components = chain.Components;
        var (regions, wide) = (new List<Region>(), 0);
        for (var first = 0; first < components.Count; first++)
        {
            for (var last = first; last < Math.Min(components.Count, first + longest); last++)
            {
                var region = new Region([.. components.Skip(first).Take(last - first + 1)]);
                var whole = region.Components.Count == components.Count;
                if (whole || Moves(components[first]) || Moves(components[last]))
                {
                    continue;
                }

                if (Math.Max(region.From.Width, region.To.Width) > WidestCut)
                {
                    wide++;
                    continue;
                }

                regions.Add(region);
            }
        }

        if (wide > 0)
        {
            notes.Add($"{wide} regions with cuts of more than {WidestCut} values were not looked at; name one to "
                + "replace it");
        }

        return regions;
    }

    /// <summary>The regions of these names, in chain order.</summary>
    /// <exception cref="InvalidRequestException">
    /// A name is unknown, a region runs backwards, or two overlap.
    /// </exception>
    public static IReadOnlyList<Region> Named(ComponentChain chain, IReadOnlyList<string> names)
    {
        var regions = names.Select(name => Parse(chain, name)).OrderBy(region => region.First).ToList();
        for (var i = 1; i < regions.Count; i++)
        {
            if (regions[i].Overlaps(regions[i - 1]))
            {
                throw new InvalidRequestException(
                    "REGIONS_OVERLAP",
                    $"the regions '{regions[i - 1].Name}' and '{regions[i].Name}' overlap; a component can be replaced "
                    + "once",
                    Field);
            }
        }

        return regions;
    }

    private static Region Parse(ComponentChain chain, string text)
    {
        var dots = text.IndexOf("..", StringComparison.Ordinal);
        var first = Find(chain, dots < 0 ? text : text[..dots]);
        var last = dots < 0 ? first : Find(chain, text[(dots + 2)..]);
        return first.Index <= last.Index
            ? new Region([.. chain.Components.Skip(first.Index).Take(last.Index - first.Index + 1)])
            : throw new InvalidRequestException(
                "REGION_BACKWARDS",
                $"the region '{text}' runs backwards: '{last.Name}' comes before '{first.Name}'",
                Field);
    }

    private static Component Find(ComponentChain chain, string name) =>
        chain.Components.FirstOrDefault(component => component.Name == name)
        ?? throw new InvalidRequestException(
            "COMPONENT_UNKNOWN",
            $"there is no component '{name}'; the network has {Names(chain.Components)}",
            Field);

    private static string Names(IReadOnlyList<Component> components) =>
        components.Count <= MostNamed
            ? string.Join(", ", components.Select(component => component.Name))
            : $"{string.Join(", ", components.Take(MostNamed - 1).Select(component => component.Name))} and "
                + $"{components.Count - MostNamed + 1} more up to {components[^1].Name}";

    private static bool Moves(Component component) => component.Kind == ComponentKind.Reshape;
}
