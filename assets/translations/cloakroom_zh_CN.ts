<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>ApplicationDesk</name>
    <message>
        <source>Your settings cannot be saved; they hold until you quit.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The history cannot be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The receipt was saved as {file}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The history cannot be saved, so this list will be lost when you quit.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CanvasBar</name>
    <message>
        <source>{percent} %</source>
        <translation>{percent} %</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>对比</translation>
    </message>
    <message>
        <source>Difference ×10</source>
        <translation>差异 ×10</translation>
    </message>
    <message>
        <source>AI’s view</source>
        <translation>AI 所见</translation>
    </message>
    <message>
        <source>What an AI makes of each of them</source>
        <translation>AI 分别看到什么</translation>
    </message>
    <message>
        <source>100 %</source>
        <translation>100 %</translation>
    </message>
    <message>
        <source>Actual size</source>
        <translation>实际大小</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>适合窗口</translation>
    </message>
    <message>
        <source>Fit to the window</source>
        <translation>适合窗口</translation>
    </message>
    <message>
        <source>Paint</source>
        <translation>涂抹</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>擦除</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>画笔</translation>
    </message>
    <message>
        <source>Brush size</source>
        <translation>画笔大小</translation>
    </message>
    <message>
        <source>Brush size ([ and ])</source>
        <translation>画笔大小（[ 和 ]）</translation>
    </message>
    <message>
        <source>Invert</source>
        <translation>反选</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Delete</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Done painting</source>
        <translation>完成涂抹</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
</context>
<context>
    <name>Cli</name>
    <message>
        <source>There is no display to open a window on. The command line does the same: cloakroom --help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Protect photos against AI misuse, on your own computer. Without arguments, the window opens.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cloak files.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cloak pictures and write the results beside them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare files.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare a picture with its protected file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>List what there is to compute on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The identities that marks are made with.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Create an identity.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>List the identities.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back up an identity.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Restore an identity from a backup.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give an identity a new key; old marks stay.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forget an identity and its keys.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark files as yours.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look for your marks in files.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Content Credentials (C2PA) of files.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show what a file&apos;s credentials say.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy files with credentials of your own.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Neutralise what may be hidden in a received picture.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the version.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files, or folders of pictures.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Print results as JSON.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Who signs; see: identity list.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave out the do-not-train statement.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no Content Credentials</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Content Credentials do not fit this file: it was changed ({codes})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>signed by {issuer}, whom you trust</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>signed by {issuer}, who is not on your list of trust</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{free:.1f} of {total:.1f} GB free</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{value} is not one of: {choices}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{value} is no device. Choose auto, cpu, cuda:N or mps.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The budget must be above 0 and at most 1, for example 0.03.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} does not exist.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} is one file, but there are {count} pictures. Give a folder instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures, or folders of pictures.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What to protect against. May be given several times.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How much the picture may change.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures, recordings, or folders of pictures.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whose mark; see: cloakroom identity list.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The kind of watermark.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How much the file may change.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>64 bits of your own. Without it, a new mark id.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add Content Credentials that point to the mark.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where the results go. Without it, beside the originals.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} is one file, but there are {count} files. Give a folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} -&gt; {output}
  mark {payload}, {psnr:.1f} dB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Largest change of a sample, 0 to 1. Overrides the strength.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Same seed, same result.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What to compute on; see: cloakroom devices.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A picture, white where the cloak may go.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove where it was taken from the result.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Work at the picture&apos;s own size, tile by tile. Slow.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the receipt; of several pictures, a list of receipts.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} is a folder; give the name of a file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The original picture.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its protected file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PSNR {psnr:.1f} dB, SSIM {ssim:.3f}, GMSD {gmsd:.3f}, largest change {delta:.4f}; latent shift {shift:.2f} (equal noise: white {white:.2f}, soft {soft:.2f})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopping...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back it up now: cloakroom identity export {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}  key {key}  since {date}, kept in: {place}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>keychain</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An encrypted file. Without it, the backup phrase is printed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} exists already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A backup file. Without it, the backup phrase is asked for.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Passphrase of the backup file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Backup phrase (18 words)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Do not ask for confirmation.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without a backup, marks of {name} can never be verified. Remove?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a passphrase</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}  key {key}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whose marks to try. All without it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not accepted: the mark of {work} was copied onto another picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not found (does not mean it is not yours)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>found (chance of a false alarm 1 in {chance}): {identity}, {work}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a work that is not in this registry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Largest change of a sample, 0 to 1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} -&gt; {output}
  {psnr:.1f} dB, largest change {bound:.3f}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where models are kept, if not as set.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Names from the list of models.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You agree to the model&apos;s licence.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only those that suit this computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A name from the list of models.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address of a mirror of the model hub.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A folder or a weight file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which model it is, if in doubt.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave the files where they are.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Published models.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>List the models and their state.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tell all about one model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Download or repair models.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the files of models.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use files you have.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete models.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not complete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State: {state}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size: {size:.0f} MB, memory: {memory:.0f} MB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From: {repo}, version {revision}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Licence: {licence} ({url})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Needs: {ids}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not confirmed: {facts}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CompareView</name>
    <message>
        <source>There is no preview for this kind of file.
It can still be protected.</source>
        <translation>这种文件无法预览，
但仍然可以保护。</translation>
    </message>
    <message>
        <source>Opening…</source>
        <translation>正在打开…</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>原图</translation>
    </message>
    <message>
        <source>Protected</source>
        <translation>已保护</translation>
    </message>
    <message>
        <source>Difference ×10</source>
        <translation>差异 ×10</translation>
    </message>
    <message>
        <source>AI sees of the original</source>
        <translation>AI 看到的原图</translation>
    </message>
    <message>
        <source>AI sees of yours</source>
        <translation>AI 看到的受保护图</translation>
    </message>
    <message>
        <source>Zoom {percent} %</source>
        <translation>缩放 {percent} %</translation>
    </message>
    <message>
        <source>{left} at the left, {right} at the right, divider at {percent} %</source>
        <translation>左侧为{left}，右侧为{right}，分隔线在 {percent} %</translation>
    </message>
    <message>
        <source>Painting where the cloak may go</source>
        <translation>正在涂出允许加保护的区域</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
</context>
<context>
    <name>CrashOffer</name>
    <message>
        <source>Cloakroom had an error last time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is a report of where in the program it happened. It contains no pictures and is not sent anywhere. You can save it and attach it to a bug report.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save report...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Discard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The report cannot be saved there. Choose another folder.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DeviceChoice</name>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
</context>
<context>
    <name>DropVeil</name>
    <message>
        <source>Drop to add</source>
        <translation>松开即可添加</translation>
    </message>
</context>
<context>
    <name>JobList</name>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Continue the list</source>
        <translation>继续列表</translation>
    </message>
    <message>
        <source>Pause the list</source>
        <translation>暂停列表</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Start again</source>
        <translation>重新开始</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Clear finished</source>
        <translation>清除已完成</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>There are no photos in what you added.</source>
        <translation>添加的内容里没有照片。</translation>
    </message>
    <message>
        <source>Left out, since they are not photos: {n}</source>
        <translation>已略过 {n} 个不是照片的文件</translation>
    </message>
    <message>
        <source>Open photos</source>
        <translation>打开照片</translation>
    </message>
    <message>
        <source>Photos ({patterns})</source>
        <translation>照片 ({patterns})</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Add a folder</source>
        <translation>添加文件夹</translation>
    </message>
    <message>
        <source>There is no photo to paste.</source>
        <translation>剪贴板里没有照片。</translation>
    </message>
    <message>
        <source>Pasted {time}</source>
        <translation>粘贴 {time}</translation>
    </message>
    <message>
        <source>The picture could not be saved in {folder}.</source>
        <translation>图片无法保存到 {folder}。</translation>
    </message>
    <message>
        <source>All jobs have ended: {done} of {total} done.</source>
        <translation>所有任务已结束：{total} 张中完成 {done} 张。</translation>
    </message>
</context>
<context>
    <name>PhotoDetails</name>
    <message>
        <source>Details</source>
        <translation>详细设置</translation>
    </message>
    <message>
        <source>Own limit</source>
        <translation>自定上限</translation>
    </message>
    <message>
        <source>Largest change of any colour value, instead of what the strength allows</source>
        <translation>任一颜色值的最大改动，代替强度所允许的幅度</translation>
    </message>
    <message>
        <source> of 255</source>
        <translation> / 255</translation>
    </message>
    <message>
        <source>Largest change of any colour value</source>
        <translation>任一颜色值的最大改动</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>The same seed and device give the same file</source>
        <translation>种子和设备相同，得到的文件就相同</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Work at native resolution</source>
        <translation>按原始分辨率处理</translation>
    </message>
    <message>
        <source>Slower. Works on every pixel of a large photo, not on a smaller copy.</source>
        <translation>较慢。直接处理大照片的每个像素，而不是缩小的副本。</translation>
    </message>
</context>
<context>
    <name>PhotoList</name>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Take off this list</source>
        <translation>从列表中移除</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>Open photos</source>
        <translation>打开照片</translation>
    </message>
    <message>
        <source>Add a folder</source>
        <translation>添加文件夹</translation>
    </message>
    <message>
        <source>Drop photos or folders anywhere</source>
        <translation>把照片或文件夹拖到任意位置</translation>
    </message>
</context>
<context>
    <name>PhotoOutcome</name>
    <message>
        <source>Cancelled. Nothing was written.</source>
        <translation>已取消，没有写入任何文件。</translation>
    </message>
    <message>
        <source>Cloakroom was closed before this photo was finished.</source>
        <translation>这张照片还没做完，Cloakroom 就关闭了。</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Start again</source>
        <translation>重新开始</translation>
    </message>
</context>
<context>
    <name>PhotoPanel</name>
    <message>
        <source>Protect again</source>
        <translation>重新保护</translation>
    </message>
    <message>
        <source>Protect this photo</source>
        <translation>保护这张照片</translation>
    </message>
    <message>
        <source>Protect {photos}</source>
        <translation>保护 {photos}</translation>
    </message>
    <message>
        <source>Choose at least one thing to protect against.</source>
        <translation>请至少选择一项要防范的行为。</translation>
    </message>
    <message>
        <source>Painted area</source>
        <translation>涂出的区域</translation>
    </message>
    <message>
        <source>Whole photo</source>
        <translation>整张照片</translation>
    </message>
    <message>
        <source>Paint…</source>
        <translation>涂抹…</translation>
    </message>
    <message>
        <source>Paint where the cloak may go</source>
        <translation>涂出允许加保护的区域</translation>
    </message>
    <message>
        <source>Protect against</source>
        <translation>防范什么</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>强度</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>范围</translation>
    </message>
</context>
<context>
    <name>PhotosPage</name>
    <message>
        <source>The painted area could not be saved; the whole photo is protected.</source>
        <translation>涂出的区域无法保存，将保护整张照片。</translation>
    </message>
    <message>
        <source>{file} is protected.</source>
        <translation>{file} 已保护。</translation>
    </message>
    <message>
        <source>{file} could not be protected.</source>
        <translation>{file} 未能保护。</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>Drop photos here</source>
        <translation>把照片拖到这里</translation>
    </message>
    <message>
        <source>Cloakroom adds a faint, nearly invisible change to your photos that raises the cost of misusing them with AI. Your originals stay as they are, and everything happens on this computer.</source>
        <translation>Cloakroom 给照片加上几乎看不见的细微改动，提高他人用 AI 滥用它们的成本。原图保持不变，一切都在这台电脑上完成。</translation>
    </message>
    <message>
        <source>Open photos…</source>
        <translation>打开照片…</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Dropping and pasting work anywhere in this window.</source>
        <translation>在窗口任意位置都可以拖放或粘贴。</translation>
    </message>
</context>
<context>
    <name>Problem</name>
    <message>
        <source>Something went wrong inside Cloakroom ({detail}). Please try again; if it happens again, save the log from Settings.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine stopped unexpectedly while working on this file. Nothing was written. It has been restarted: choose Retry.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine stopped several times in a row and was not started again. Nothing was written. Choose Retry; if it happens again, restart the computer or save the log from Settings.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is not enough free memory for this file, even in small pieces. Close other programs and choose Retry.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The device {device} is not available on this computer. Choose one of: {choices}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} does not exist any more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} cannot be opened. Check that you are allowed to read it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} is empty (0 bytes).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} is not a picture Cloakroom can read. It opens JPEG, PNG, TIFF, WebP, BMP, GIF, AVIF and HEIC.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} is damaged or incomplete. Get the file again from where it came from, or open it in a picture editor and save it anew.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} has no pixels: its width or height is 0.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} has {megapixels} million pixels; the limit is {limit} million. Make the picture smaller and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} stores its pixels in a way Cloakroom cannot write back ({detail}). Save it as an ordinary 8-bit or 16-bit picture and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The mask {file} has another shape than the photo ({size} pixels). Use a mask of the same proportions.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The two pictures differ in size ({first} and {second} pixels), so they cannot be compared. Choose the original and its own protected file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} is a HEIC picture, which needs an optional extra. Install it with: pip install &quot;cloakroom[heic]&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cannot write into {folder}. Choose another folder for the results.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk of {folder} is full. Free some space and choose Retry; nothing was written.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This receipt has format {schema}; this version of Cloakroom reads format {known}. Open it with the version that wrote it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is not a complete receipt of Cloakroom ({detail}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are no pictures in {folder}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped before this file was finished.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no identity yet. Create one first, then mark something with it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} could not be signed ({detail}). The unsigned file is unchanged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The certificate {file} is damaged. Move it away; it is made anew when you sign.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} is not a recording that Cloakroom can read, or it is damaged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The registry of marked works ({file}) is damaged. Restore it from a backup, or move it away to start a new one; marks can be verified without it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The watermark {scheme} cannot be used for this file. Choose automatic.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{payload} is not a payload. It has up to 16 hexadecimal digits.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no identity called {name}. Create it first, or choose another.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is already an identity called {name}. Choose another name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} cannot be the name of an identity. Use letters, digits and spaces.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer has no keychain that Cloakroom can use, so the key of {name} is kept in an encrypted file. Enter its passphrase.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That is not the passphrase of {name}. Try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key of {name} is no longer where it was kept. Restore it from your backup phrase or backup file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is not a valid backup phrase: {detail}. Check it for typing errors.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} is not a backup of an identity, or it is damaged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no model called {id}. The list of models shows the names.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Offline mode is on, so nothing is downloaded. Switch it off in Settings, or use files you already have.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The licence of {id} ({licence}) must be agreed to before it is downloaded. Read it at {url}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{mirror} is not the address of a mirror. It must begin with http:// or https://.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} cannot be reached. Check the connection, or choose a mirror in Settings.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection to {host} is not trusted by this computer. Check its clock, or ask whoever runs the network for its certificate.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proxy of this computer does not let through the connection to {host}. Check the proxy settings of the system.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection to {host} broke off again and again while {file} was fetched. What has arrived is kept: choose Retry to go on from there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} answers too many requests at the moment. What has arrived is kept: wait some minutes and choose Retry.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} has a fault of its own (status {status}). Wait a while and choose Retry, or choose a mirror in Settings.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} does not answer like a model hub. Check the mirror&apos;s address, and whether this network asks you to sign in first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{repo} is only given to people who have agreed to its terms. Agree at {url}, store your access token with the command hf auth login, and choose Retry. Mirrors cannot give it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} has no model {repo} any more, or does not show it to you. If you have its files, choose Use files I have.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The version {revision} of {repo} no longer exists, and another one is not taken unasked. Update Cloakroom, or use files you have.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{repo} has no file {file} any more. Update Cloakroom, or use files you have.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} offers another {file} than the one that was announced. It was not downloaded. Try another mirror or the hub itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} arrived from {host} with a wrong content and was thrown away. Choose Retry; if it happens again, try another mirror or the hub itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk of {folder} has {free} free, and {needed} are needed. Free some space, or move the models to another disk.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk of {folder} is full. What has arrived is kept: free some space and choose Retry to go on from there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models cannot be kept in {folder}: it cannot be written to.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model {id} is not on this computer. Download it on the Models page.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} of the model {id} is damaged, so it was not loaded. Choose Repair on the Models page.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model {id} is in use. Wait until the running job has ended.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{folder} already holds models. Choose another folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} is none of the models Cloakroom knows. It can use those on the list of models.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} could be one of {choices}. Say which one it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} does not fit {id}: {detail}. Choose the file that belongs to it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} alone is not enough for {id}; it also needs {missing}. Choose their folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} holds more than numbers, or is damaged, and was not opened. Look for a version in the safetensors format.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model {id} cannot be used: {detail}. Choose Repair on the Models page.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ReceiptDialog</name>
    <message>
        <source>Receipt</source>
        <translation>凭据</translation>
    </message>
    <message>
        <source>Save as JSON…</source>
        <translation>存为 JSON…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>原图</translation>
    </message>
    <message>
        <source>Saved as</source>
        <translation>另存为</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>生成时间</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Time taken</source>
        <translation>用时</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Save the receipt</source>
        <translation>保存凭据</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Folder for the results</source>
        <translation>结果文件夹</translation>
    </message>
    <message>
        <source>Each result is saved next to its original, under a name of its own.</source>
        <translation>每个结果都以自己的名字保存在原图旁边。</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Work</source>
        <translation>处理</translation>
    </message>
    <message>
        <source>What leaves this computer</source>
        <translation>哪些内容会离开这台电脑</translation>
    </message>
    <message>
        <source>If something goes wrong</source>
        <translation>出现问题时</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Beside the original</source>
        <translation>原图旁边</translation>
    </message>
    <message>
        <source>In one folder</source>
        <translation>统一放进一个文件夹</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>Remove the place where a photo was taken</source>
        <translation>移除照片的拍摄地点</translation>
    </message>
    <message>
        <source>Everything else a photo says about itself is kept, such as date and camera.</source>
        <translation>照片自带的其他信息都会保留，例如日期和相机。</translation>
    </message>
    <message>
        <source>Nothing, unless you start a download yourself. Your files are never uploaded.</source>
        <translation>没有，除非你自己启动下载。你的文件绝不会上传。</translation>
    </message>
    <message>
        <source>There is no account, no usage statistics and no automatic update check.</source>
        <translation>没有账号，没有使用统计，也不会自动检查更新。</translation>
    </message>
    <message>
        <source>Receipts and the history of your work are kept on this computer only.</source>
        <translation>凭据和处理记录只保存在这台电脑上。</translation>
    </message>
    <message>
        <source>Cloakroom keeps a log here. It is never sent; attach it if you ask for help.</source>
        <translation>Cloakroom 把日志保存在这里，绝不会发送；求助时可以附上它。</translation>
    </message>
    <message>
        <source>Folder of the log</source>
        <translation>日志文件夹</translation>
    </message>
    <message>
        <source>Show the log</source>
        <translation>查看日志</translation>
    </message>
</context>
<context>
    <name>Start</name>
    <message>
        <source>Cloakroom is already running, but does not answer. End it or wait, then try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your settings could not be read. They were kept as {file}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The history cannot be opened. This session will not be recorded.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>{done} of {total} done</source>
        <translation>{total} 张中完成 {done} 张</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>{n} failed</source>
        <translation>{n} 张失败</translation>
    </message>
    <message>
        <source>about {time} left</source>
        <translation>约剩 {time}</translation>
    </message>
    <message>
        <source>Jobs: {state}</source>
        <translation>任务：{state}</translation>
    </message>
    <message>
        <source>The engine is restarting…</source>
        <translation>引擎正在重新启动…</translation>
    </message>
    <message>
        <source>Getting ready…</source>
        <translation>正在准备…</translation>
    </message>
    <message>
        <source>Everything stays on this computer</source>
        <translation>一切都在这台电脑上完成</translation>
    </message>
    <message>
        <source>Show all jobs ({key})</source>
        <translation>显示所有任务（{key}）</translation>
    </message>
</context>
<context>
    <name>StrengthSlider</name>
    <message>
        <source>Strength</source>
        <translation>强度</translation>
    </message>
</context>
<context>
    <name>UnfinishedBanner</name>
    <message>
        <source>Not finished when Cloakroom last closed: {photos}.</source>
        <translation>Cloakroom 上次关闭时还没做完：{photos}。</translation>
    </message>
    <message>
        <source>Finish them now</source>
        <translation>现在继续完成</translation>
    </message>
    <message>
        <source>Forget them</source>
        <translation>不再处理</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>AI editing</source>
        <translation>AI 改图</translation>
    </message>
    <message>
        <source>Someone asks an AI to change this picture</source>
        <translation>有人让 AI 修改这张图</translation>
    </message>
    <message>
        <source>Face swapping</source>
        <translation>换脸</translation>
    </message>
    <message>
        <source>Someone puts this face into another picture</source>
        <translation>有人把这张脸放进别的画面</translation>
    </message>
    <message>
        <source>Training on my style</source>
        <translation>拿去训练</translation>
    </message>
    <message>
        <source>Someone trains a personal model on it</source>
        <translation>有人用这些图训练个性化模型</translation>
    </message>
    <message>
        <source>Invisible</source>
        <translation>看不见</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>均衡</translation>
    </message>
    <message>
        <source>Strong</source>
        <translation>最强</translation>
    </message>
    <message>
        <source>No change you would notice. Aims for 40 dB PSNR or more.</source>
        <translation>看不出变化。目标是 PSNR 不低于 40 dB。</translation>
    </message>
    <message>
        <source>Faint grain when you look closely. Aims for 36 dB PSNR or more.</source>
        <translation>细看有轻微颗粒。目标是 PSNR 不低于 36 dB。</translation>
    </message>
    <message>
        <source>Visible grain, most of all in smooth areas. Aims for 32 dB PSNR or more.</source>
        <translation>看得出颗粒，平滑处最明显。目标是 PSNR 不低于 32 dB。</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Working</source>
        <translation>处理中</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Protected</source>
        <translation>已保护</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>Not finished last time</source>
        <translation>上次未完成</translation>
    </message>
    <message>
        <source>Loading models</source>
        <translation>正在加载模型</translation>
    </message>
    <message>
        <source>Reading the photo</source>
        <translation>正在读取照片</translation>
    </message>
    <message>
        <source>Protecting</source>
        <translation>正在保护</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>正在保存</translation>
    </message>
    <message>
        <source>Measuring the saved file</source>
        <translation>正在测量已保存的文件</translation>
    </message>
    <message>
        <source>Saved in another format, since the original format would remove the cloak.</source>
        <translation>已存为另一种格式，因为原格式会去掉保护。</translation>
    </message>
    <message>
        <source>Saving in this format weakened the cloak, even at the highest quality. PNG or TIFF keeps all of it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The place where it was taken was removed from the file.</source>
        <translation>已从文件中移除拍摄地点。</translation>
    </message>
    <message>
        <source>This format has no room for some of the original&apos;s information about itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The original&apos;s Content Credentials were left out, since they do not fit the changed picture.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This format holds 8 bits per colour; the original had more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>JPEG has no transparency: transparent areas became white.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The original&apos;s fixed set of colours became full colour.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The original had only black and white; the result has shades of grey.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The printing colours (CMYK) became sRGB.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The Lab colours became sRGB.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The video colours (YCbCr) became RGB.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The colour profile is of an unusual kind; it is kept and was read as sRGB.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The colour profile is damaged; it is kept and was read as sRGB.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Memory was short, so the work was done in smaller pieces.</source>
        <translation>内存不足，已分成小块处理。</translation>
    </message>
    <message>
        <source>Only the first frame of the animation was protected.</source>
        <translation>只保护了动画的第一帧。</translation>
    </message>
    <message>
        <source>The graphics card could not do it, so the processor did.</source>
        <translation>显卡无法处理，已改用处理器。</translation>
    </message>
    <message>
        <source>{n} s</source>
        <translation>{n} 秒</translation>
    </message>
    <message>
        <source>{n} min</source>
        <translation>{n} 分钟</translation>
    </message>
    <message>
        <source>{h} h {m} min</source>
        <translation>{h} 小时 {m} 分钟</translation>
    </message>
    <message>
        <source>{total} GB</source>
        <translation>{total} GB</translation>
    </message>
    <message>
        <source>{free} of {total} GB free</source>
        <translation>{total} GB 中可用 {free} GB</translation>
    </message>
    <message>
        <source>{step} of {of}</source>
        <translation>{step}/{of} 步</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>剩 {time}</translation>
    </message>
    <message>
        <source>1 photo</source>
        <translation>1 张照片</translation>
    </message>
    <message>
        <source>{n} photos</source>
        <translation>{n} 张照片</translation>
    </message>
</context>
<context>
    <name>_Busy</name>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancel this photo</source>
        <translation>取消这张照片</translation>
    </message>
    <message>
        <source>It starts as soon as the photos before it are done.</source>
        <translation>前面的照片完成后就会开始。</translation>
    </message>
    <message>
        <source>It starts when you continue the list below.</source>
        <translation>在下方继续任务列表后就会开始。</translation>
    </message>
    <message>
        <source>Step {step} of {of}</source>
        <translation>第 {step} 步，共 {of} 步</translation>
    </message>
    <message>
        <source>about {time} left</source>
        <translation>约剩 {time}</translation>
    </message>
</context>
<context>
    <name>_Result</name>
    <message>
        <source>How far it moves what an AI sees, in our test</source>
        <translation>在我们的测试中，AI 所见的偏移</translation>
    </message>
    <message>
        <source>yours</source>
        <translation>受保护</translation>
    </message>
    <message>
        <source>plain noise</source>
        <translation>白噪点</translation>
    </message>
    <message>
        <source>soft noise</source>
        <translation>柔和噪点</translation>
    </message>
    <message>
        <source>saved file</source>
        <translation>已存文件</translation>
    </message>
    <message>
        <source>PSNR {psnr} dB · SSIM {ssim}</source>
        <translation>PSNR {psnr} dB · SSIM {ssim}</translation>
    </message>
    <message>
        <source>Saved as {file}</source>
        <translation>已另存为 {file}</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Receipt…</source>
        <translation>凭据…</translation>
    </message>
    <message>
        <source>Show the receipt</source>
        <translation>查看凭据</translation>
    </message>
    <message>
        <source>In our test this did no more than noise of the same strength: no measurable effect on this photo.</source>
        <translation>在我们的测试中，效果不超过同等强度的噪点：对这张照片没有可测量的作用。</translation>
    </message>
    <message>
        <source>In our test this moved what an AI sees {times} times as far as noise of the same strength. It raises the cost of misuse; it is not a guarantee.</source>
        <translation>在我们的测试中，它让 AI 所见偏移的幅度是同等强度噪点的 {times} 倍。它能提高滥用的成本，但不是保证。</translation>
    </message>
</context>
</TS>
