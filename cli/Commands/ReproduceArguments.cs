using System.CommandLine;
using System.Globalization;
using KoopmanMesh.Experiments.Dynamics;
using KoopmanMesh.Experiments.Recipes;
using KoopmanMesh.Experiments.Running;

namespace KoopmanMesh.Cli.Commands;

/// <summary>The options of <c>reproduce</c>, each with the sentence that <c>--help</c> shows.</summary>
internal sealed class ReproduceArguments
{
    private static readonly ReproductionRecipe[] _recipes = [ReproductionRecipe.YinYang, ReproductionRecipe.Mnist];

    private static readonly ReproductionOptions _defaults = new();

    public Argument<string> Experiment { get; } = new("EXPERIMENT")
    {
        Description = "One of those above.",
    };

    public Option<string> Output { get; } = new("--output")
    {
        Description = "The folder for finished seeds, the report and its figures or networks.",
        HelpName = "DIR",
        Required = true,
    };

    public Option<string?> Data { get; } = new("--data")
    {
        Description = "For experiments on MNIST: the folder with its four IDX files, gzipped or not.",
        HelpName = "DIR",
    };

    public Option<int?> Seeds { get; } = new("--seeds")
    {
        Description = $"How many runs, with seeds 1, 2, … Default: what docs/reproductions has, {_defaults.Seeds} for "
            + "yin-yang and mnist.",
        HelpName = "N",
    };

    public Option<bool> AsPublished { get; } = new("--as-published")
    {
        Description = "yin-yang, mnist: only as the authors' code does it: seams, padding by -1, raw pixels.",
    };

    public Option<bool> Corrected { get; } = new("--corrected")
    {
        Description = "yin-yang, mnist: only with these corrected. Without either option: both.",
    };

    public Option<int[]> Starts { get; } = new("--starts")
    {
        Description = "yin-yang, mnist: the ReLUs after which a layer is replaced, of 1, 3 and 5; all by default.",
        HelpName = "S,…",
        DefaultValueFactory = _ => [.. _defaults.Starts],
        CustomParser = argument => [.. argument.Tokens.SelectMany(t => t.Value.Split(','))
            .Select(t => int.TryParse(t, CultureInfo.InvariantCulture, out var start) ? start : 0)],
    };

    public Option<int> Delays { get; } = new("--delays")
    {
        Description = "yin-yang, mnist: delays are 1 to this, at most 10.",
        HelpName = "D",
        DefaultValueFactory = _ => _defaults.MostDelays,
    };

    public void AddTo(Command command)
    {
        command.Arguments.Add(Experiment);
        foreach (var option in (Option[])[Output, Data, Seeds, AsPublished, Corrected, Starts, Delays])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What was asked for where it is an experiment on training, else null.</summary>
    public ReproduceDynamicsSettings? BindDynamics(ParseResult result)
    {
        if (ExperimentCatalogue.Find(result.GetRequiredValue(Experiment)) is not { } experiment)
        {
            return null;
        }

        Option[] others = [AsPublished, Corrected, Starts, Delays];
        if (Array.Find(others, o => result.GetResult(o) is { Implicit: false }) is { } other)
        {
            throw Usage($"{other.Name} is for yin-yang and mnist; leave it out for {experiment.Name}");
        }

        var seeds = result.GetValue(Seeds) ?? experiment.DefaultSeeds;
        return new ReproduceDynamicsSettings
        {
            Experiment = experiment,
            Seeds = seeds is >= 1 and <= ReproduceDynamicsSettings.MostSeeds ? seeds : throw Usage(
                $"an experiment takes 1 to {ReproduceDynamicsSettings.MostSeeds} seeds, got {seeds}"),
            Output = result.GetRequiredValue(Output),
            Mnist = Folder(result, experiment.Name, experiment.NeedsMnist),
            CommandLine = CommandLine(result),
        };
    }

    public ReproduceSettings Bind(ParseResult result)
    {
        var name = result.GetRequiredValue(Experiment);
        var recipe = Array.Find(_recipes, r => r.Name == name)
            ?? throw Usage($"'{name}' is no experiment; known are {string.Join(", ", Names)}");
        return new ReproduceSettings
        {
            Recipe = recipe,
            Options = Options(result, recipe),
            Output = result.GetRequiredValue(Output),
            Data = Folder(result, name, recipe.Name == ReproductionRecipe.Mnist.Name),
            CommandLine = CommandLine(result),
        };
    }

    private static IEnumerable<string> Names =>
        _recipes.Select(r => r.Name).Concat(ExperimentCatalogue.All.Select(e => e.Name));

    private static string CommandLine(ParseResult result) =>
        $"koopmesh {string.Join(' ', result.Tokens.Select(t => t.Value))}";

    private string? Folder(ParseResult result, string name, bool isNeeded) => (result.GetValue(Data), isNeeded) switch
    {
        (null, true) => throw Usage($"{name} needs --data DIR, the folder with its four IDX files"),
        ({ }, false) => throw Usage($"{name} makes its own data; leave --data out"),
        (var data, _) => data,
    };

    private ReproductionOptions Options(ParseResult result, ReproductionRecipe recipe)
    {
        var (published, corrected) = (result.GetValue(AsPublished), result.GetValue(Corrected));
        try
        {
            var options = new ReproductionOptions
            {
                Seeds = result.GetValue(Seeds) ?? _defaults.Seeds,
                Settings = published == corrected ? _defaults.Settings
                    : published ? [PaperSetting.AsPublished] : [PaperSetting.Corrected],
                Starts = result.GetRequiredValue(Starts),
                MostDelays = result.GetValue(Delays),
            };
            options.Validate(recipe);
            return options;
        }
        catch (ArgumentException e)
        {
            throw Usage(e is ArgumentOutOfRangeException range ? Sentence(range) : e.Message, e);
        }
    }

    // Without the parameter's name and the value, which .NET appends.
    private static string Sentence(ArgumentOutOfRangeException e) => e.Message.Split(" (Parameter '")[0];

    private static CliException Usage(string message, Exception? inner = null) => new(ExitCodes.Usage, message, inner);
}
