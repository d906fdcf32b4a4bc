using Spectre.Console;
using Spectre.Console.Rendering;

namespace KoopmanMesh.Cli.Output;

/// <summary>What is to be seen now.</summary>
/// <param name="View">For people; null where there is text.</param>
/// <param name="Text">For programs; null where there is a view.</param>
/// <param name="Last">Whether nothing will change any more, or nobody wants to see it.</param>
internal sealed record LiveFrame(IRenderable? View, string? Text, bool Last);

/// <summary>
/// Shows something once, or again and again until its last frame: in place on a terminal, one after the other
/// elsewhere.
/// </summary>
internal static class LiveView
{
    public static async Task ShowAsync(
        IAnsiConsole console, Func<Task<LiveFrame>> look, TimeSpan interval, CancellationToken cancellationToken)
    {
        var frame = await look();
        if (frame is { Last: false, View: { } first } && console.Profile.Capabilities.Interactive)
        {
            await console.Live(first).AutoClear(false).StartAsync(async live =>
            {
                while (!frame.Last)
                {
                    await Task.Delay(interval, cancellationToken);
                    frame = await look();
                    live.UpdateTarget(frame.View!);
                }
            });
            return;
        }

        await WriteAsync(console, frame);
        while (!frame.Last)
        {
            await Task.Delay(interval, cancellationToken);
            var before = frame;
            frame = await look();
            if (frame.Text is null || frame.Text != before.Text)
            {
                await WriteAsync(console, frame);
            }
        }
    }

    private static async Task WriteAsync(IAnsiConsole console, LiveFrame frame)
    {
        if (frame.View is { } view)
        {
            console.Write(view);
        }
        else
        {
            await Console.Out.WriteAsync(frame.Text);
        }
    }
}
