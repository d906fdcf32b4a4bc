using KoopmanMesh.Capture;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("capture");
builder.Services.AddGrpc();
builder.AddCapture();

var app = builder.Build();
app.MapServiceDefaults();
app.MapCapture();
await app.RunAsync();
