using System.CommandLine;
using System.Globalization;
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
        Description = "yin-yang or mnist.",
    };

    public Option<string> Output { get; } = new("--output")
    {
        Description = "The folder for seed-N.json, the networks as ONNX files, and reproduction.md.",
        HelpName = "DIR",
        Required = true,
    };

    public Option<string?> Data { get; } = new("--data")
    {
        Description = "For mnist: the folder with its four IDX files, gzipped or not.",
        HelpName = "DIR",
    };

    public Option<int> Seeds { get; } = new("--seeds")
    {
        Description = "How many networks to train, with seeds 1, 2, …",
        HelpName = "N",
        DefaultValueFactory = _ => _defaults.Seeds,
    };

    public Option<bool> AsPublished { get; } = new("--as-published")
    {
        Description = "Only as the authors' code does it: seams, padding by -1, trajectories of raw pixels.",
    };

    public Option<bool> Corrected { get; } = new("--corrected")
    {
        Description = "Only with these corrected. Without either option: both.",
    };

    public Option<int[]> Starts { get; } = new("--starts")
    {
        Description = "The ReLUs after which a layer is replaced, of 1, 3 and 5; all by default.",
        HelpName = "S,…",
        DefaultValueFactory = _ => [.. _defaults.Starts],
        CustomParser = argument => [.. argument.Tokens.SelectMany(t => t.Value.Split(','))
            .Select(t => int.TryParse(t, CultureInfo.InvariantCulture, out var start) ? start : 0)],
    };

    public Option<int> Delays { get; } = new("--delays")
    {
        Description = "Delays are 1 to this, at most 10.",
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

    public ReproduceSettings Bind(ParseResult result)
    {
        var name = result.GetRequiredValue(Experiment);
        var recipe = Array.Find(_recipes, r => r.Name == name)
            ?? throw Usage(
                $"'{name}' is no experiment; known are {string.Join(" and ", _recipes.Select(r => r.Name))}");
        var data = result.GetValue(Data);
        if (data is null != (recipe.Name != ReproductionRecipe.Mnist.Name))
        {
            throw Usage(data is null
                ? $"{name} needs --data DIR, the folder with its four IDX files"
                : $"{name} samples its own points; leave --data out");
        }

        return new ReproduceSettings
        {
            Recipe = recipe,
            Options = Options(result, recipe),
            Output = result.GetRequiredValue(Output),
            Data = data,
            CommandLine = $"koopmesh {string.Join(' ', result.Tokens.Select(t => t.Value))}",
        };
    }

    private ReproductionOptions Options(ParseResult result, ReproductionRecipe recipe)
    {
        var (published, corrected) = (result.GetValue(AsPublished), result.GetValue(Corrected));
        try
        {
            var options = new ReproductionOptions
            {
                Seeds = result.GetValue(Seeds),
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
